"""Status pages of many learners against nginx with a file, by turns in the same run: see README.md."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "platform")]
from platform_under_test import Server, groundwork

REQUESTS_A_SECOND = 2000
P99_MS = 20.0

LUA = """
math.randomseed(os.time())
request = function()
  return wrk.format("GET", "%s", {["Groundwork-Learner"] = "learner-" .. math.random(1, %d)})
end
"""


def history(folder: str) -> list[dict]:
    """The facts of one learner who took a quiz and passed a lab, as `facts export` prints them."""
    from learner import Learner

    with Server(data=folder) as server:
        one = Learner(server, "model")
        plan = {"pace_weeks": 16, "hours_per_week": 12, "start_on": "2026-11-23"}
        assert server.request("PUT", "/api/v1/profile", plan, learner="model").status == 200
        one.quiz("python-typed-models", 100)
        one.pass_labs("python-typed-models")
    exported = groundwork("--learner", "model", "facts", "export", data=folder).out
    return [json.loads(line) for line in exported.splitlines()]


def seed(data: str, lines: list[dict], learners: int) -> int:
    """Imports the history once for each learner; how many facts there are then."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for line in lines:
            if "blob" in line:
                file.write(json.dumps(line) + "\n")
        facts = [line for line in lines if "blob" not in line]
        for number in range(1, learners + 1):
            for fact in facts:
                file.write(json.dumps({**fact, "learner": f"learner-{number}"}) + "\n")
        file.flush()
        done = groundwork("facts", "import", file.name, data=data)
    if done.code != 0:
        sys.exit(done.err)
    return learners * len(facts)


def load(base: str, path: str, learners: int, seconds: int, folder: str) -> dict[str, float]:
    script = pathlib.Path(folder) / "load.lua"
    script.write_text(LUA % (path, learners))
    out = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", str(script), base],
                         capture_output=True, text=True, check=True).stdout  # fmt: skip
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}

    def percentile(which: str) -> float:
        number, kind = re.search(rf"{which}%\s+([\d.]+)(us|ms|s)", out).groups()
        return float(number) * unit[kind]

    if "Non-2xx" in out:
        sys.exit(out)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    return {"rate": rate, "p50": percentile("50"), "p99": percentile("99")}


def nginx(folder: str, page: bytes) -> tuple[subprocess.Popen, str]:
    site = pathlib.Path(folder) / "site"
    site.mkdir()
    (site / "status").write_bytes(page)
    port = 18080
    config = pathlib.Path(folder) / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not read the folder
    config.write_text(
        f"daemon off; {user} worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {site}; default_type application/json; }} }}\n"
    )
    process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(config), "-p", folder],
                               stderr=subprocess.DEVNULL)  # fmt: skip
    time.sleep(0.5)
    return process, f"http://127.0.0.1:{port}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = history(f"{folder}/model")
        data = f"{folder}/data"
        facts = seed(data, lines, options.learners)
        print(f"{options.learners} learners, {facts} facts")
        with Server(data=data) as server:
            page = server.get("/api/v1/status", learner="learner-1").body
            process, peer = nginx(folder, page)
            try:
                load(server.base, "/api/v1/status", options.learners, 3, folder)  # the first look at each is the dearest
                rounds = [(load(server.base, "/api/v1/status", options.learners, options.seconds, folder),
                           load(peer, "/status", options.learners, options.seconds, folder)) for _ in range(3)]  # fmt: skip
            finally:
                process.terminate()
                process.wait()
    for ours, theirs in rounds:
        print(f"groundwork {ours['rate']:8.0f}/s  p50 {ours['p50']:6.2f} ms  p99 {ours['p99']:6.2f} ms   "
              f"nginx {theirs['rate']:8.0f}/s  p99 {theirs['p99']:6.2f} ms   ratio {ours['rate'] / theirs['rate']:.2f}")  # fmt: skip
    ours = sorted((one for one, _ in rounds), key=lambda one: one["rate"])[1]
    good = ours["rate"] > REQUESTS_A_SECOND and ours["p99"] < P99_MS
    print(f"{len(page)} bytes a page; the median run: {ours['rate']:.0f}/s, p99 {ours['p99']:.2f} ms; "
          f"the bar of {REQUESTS_A_SECOND}/s and {P99_MS:.0f} ms is {'met' if good else 'missed'}")  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
