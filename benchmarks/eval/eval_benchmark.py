"""200 exact-match cases at concurrency 8, start-up included: groundwork, promptfoo and inspect-ai by turns. See README.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Iterator

HERE = pathlib.Path(__file__).resolve().parent
CASES, CONCURRENCY = 200, 8
WORDS = [f"word{i}" for i in range(CASES)]


@contextlib.contextmanager
def mock(delay: float) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, str(HERE / "mock.py"), str(delay)], stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


def timed(command: list[str], cwd: pathlib.Path, **environment: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment}, timeout=300)
    return time.perf_counter() - started, done


def ours(binary: str, content: str, folder: pathlib.Path, target: str) -> float:
    suite = folder / "suite"
    suite.mkdir(exist_ok=True)
    (suite / "cases.jsonl").write_text("".join(json.dumps({"prompt": f"Say {word}", "reference": word}) + "\n" for word in WORDS))
    (suite / "suite.yaml").write_text(json.dumps({
        "name": "bench", "version": "1", "contract": "chat", "cases": "cases.jsonl", "metrics": ["exact_match", "error_rate"],
        "request": {"model": "mock"}, "thresholds": {"exact_match": ">= 1"}, "concurrency": CONCURRENCY}))  # fmt: skip
    seconds, done = timed([binary, "--content", content, "eval", "run", "--suite", str(suite), "--target", target, "--out", str(folder / "runs"), "--json"], folder)  # fmt: skip
    assert done.returncode == 0 and json.loads(done.stdout)["counts"]["ok"] == CASES, done.stdout + done.stderr
    return seconds


def promptfoo(program: str, folder: pathlib.Path, target: str) -> float:
    config = {
        "prompts": ["Say {{word}}"],
        "providers": [{"id": "openai:chat:mock", "config": {"apiBaseUrl": target + "/v1", "apiKey": "none"}}],
        "tests": [{"vars": {"word": word}, "assert": [{"type": "equals", "value": word}]} for word in WORDS],
    }
    (folder / "promptfooconfig.yaml").write_text(json.dumps(config))
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_DISABLE_SHARING": "1", "PROMPTFOO_CONFIG_DIR": str(folder / "pf")}  # fmt: skip
    seconds, done = timed([program, "eval", "-j", str(CONCURRENCY), "--no-cache", "--no-table", "--no-progress-bar", "-o", "out.json"], folder, **quiet)  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads((folder / "out.json").read_text())["results"]["stats"]["successes"] == CASES
    return seconds


TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import exact
from inspect_ai.solver import generate

@task
def bench():
    return Task(dataset=[Sample(input=f"Say {w}", target=w) for w in %r], solver=generate(), scorer=exact())
"""


def inspect(program: str, folder: pathlib.Path, target: str) -> float:
    (folder / "bench.py").write_text(TASK % WORDS)
    seconds, done = timed([program, "eval", "bench.py", "--model", "openai/mock", "-M", "responses_api=false", "--max-connections", str(CONCURRENCY), "--log-format", "json", "--log-dir", "logs", "--display", "none"],
                          folder, OPENAI_BASE_URL=target + "/v1", OPENAI_API_KEY="none")  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    log = json.loads(max((folder / "logs").glob("*.json"), key=lambda one: one.stat().st_mtime).read_text())
    assert log["results"]["completed_samples"] == CASES and log["results"]["scores"][0]["metrics"]["mean"]["value"] == 1
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("binary", "content", "promptfoo", "inspect"):
        parser.add_argument("--" + name)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    times: dict[str, list[float]] = {}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="groundwork-eval-") as name, mock(0) as target:
        folder = pathlib.Path(name)
        for _ in range(options.rounds):
            times.setdefault("groundwork", []).append(ours(options.binary, options.content, folder, target))
            if options.promptfoo:
                times.setdefault("promptfoo", []).append(promptfoo(options.promptfoo, folder, target))
            if options.inspect:
                times.setdefault("inspect-ai", []).append(inspect(options.inspect, folder, target))
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"{CASES} exact-match cases, {CONCURRENCY} at a time, no delay, start-up included, median of {options.rounds}")
    for name, value in middle.items():
        print(f"  {name:12} {value:8.3f} s")
        if name != "groundwork":
            ratio = value / middle["groundwork"]
            failed += ratio < 20
            print(f"  {'PASS' if ratio >= 20 else 'FAIL'}  {ratio:.0f} times {name} (bar: 20)")
    with tempfile.TemporaryDirectory(prefix="groundwork-eval-") as name, mock(1) as target:
        seconds = ours(options.binary, options.content, pathlib.Path(name), target)
    alone = CASES / CONCURRENCY
    failed += seconds > alone * 1.05
    print(f"  {'PASS' if seconds <= alone * 1.05 else 'FAIL'}  1 s upstream: {seconds:.2f} s where {alone:.0f} s is the upstream alone (bar: 5 %)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
