"""A million cases against nginx with one answer: peak memory, and a cancelled run that goes on. `million.py BINARY CONTENT [CASES]`"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

NGINX = """
daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server { listen 127.0.0.1:%d; location / { default_type application/json; return 200 '{"said": "x"}'; } }
}
"""


def measured(command: list[str], interrupt_after: float | None = None) -> tuple[int, dict, float, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if interrupt_after is not None:
        time.sleep(interrupt_after)
        process.send_signal(signal.SIGINT)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(out), usage.ru_maxrss / 1024, time.perf_counter() - started


def main() -> int:
    binary, content = sys.argv[1:3]
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="groundwork-million-") as name:
        folder = pathlib.Path(name)
        port = 18650
        (folder / "nginx.conf").write_text(NGINX % port)
        nginx = subprocess.Popen(["nginx", "-p", name, "-c", "nginx.conf"], stderr=subprocess.DEVNULL)
        try:
            with (folder / "cases.jsonl").open("w") as file:
                for i in range(cases):
                    file.write(json.dumps({"id": f"case-{i}", "prompt": f"question number {i} of many", "reference": "x"}) + "\n")
            (folder / "suite.yaml").write_text(json.dumps({
                "name": "million", "version": "1", "contract": "http", "cases": "cases.jsonl",
                "request": {"path": "/", "body": {"say": "{{prompt}}"}, "answer": "/said"},
                "metrics": ["exact_match", "error_rate", "p50_ms", "p95_ms"], "thresholds": {"exact_match": ">= 1"}, "concurrency": 16}))  # fmt: skip
            base = [binary, "--content", content, "eval", "run", "--out", str(folder / "runs"), "--json"]
            target = f"http://127.0.0.1:{port}"
            code, run, first_mb, first_s = measured([*base, "--suite", name, "--target", target], interrupt_after=max(10, cases / 50_000))
            done = run["counts"]["ok"]
            print(f"cancelled after {done} of {cases} cases in {first_s:.1f} s, peak {first_mb:.0f} MB, exit code {code}")
            assert code == 130 and 0 < done < cases
            code, run, second_mb, second_s = measured([*base, "--resume", run["run"]])
            print(f"resumed: {run['counts']['ok'] - done} more in {second_s:.1f} s, peak {second_mb:.0f} MB, verdict {run['verdict']}, exit code {code}")
            good = code == 0 and run["counts"]["ok"] == cases and max(first_mb, second_mb) < 200
            print(f"{'PASS' if good else 'FAIL'}  {cases} cases under 200 MB, cancelled and resumed")
            return 0 if good else 1
        finally:
            nginx.terminate()


if __name__ == "__main__":
    sys.exit(main())
