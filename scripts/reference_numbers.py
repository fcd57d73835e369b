#!/usr/bin/env python3
"""The table of the reference's numbers in README.md, made of runs: the platform's own services under /reference against
the suites and the load bench that learners' services are measured by.

    scripts/reference_numbers.py            runs them and writes the table
    scripts/reference_numbers.py --check    runs the suites and says what differs from the table

tests/measure checks the table against the runs it makes anyway: what `differences` says fails it.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- reference numbers, written by scripts/reference_numbers.py -->", "<!-- end of reference numbers -->"
SUITES = ("search", "rag")
# Another processor adds up vectors in another order. In a ranking that moves at most the last digit shown; in an answer
# it can decide between two sentences, and of 74 answers two make 0.03.
TOLERANCE = {"search": 0.01, "rag": 0.03}


def is_timing(name: str) -> bool:
    return name.endswith("_ms")


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def row(suite: str, name: str, metric: dict[str, Any]) -> str:
    interval = metric["interval"]
    sure = f"{shown(interval['low'])} to {shown(interval['high'])}" if interval else ""
    return f"| {suite} | {name} | {shown(metric['value'])} | {sure} | {metric['threshold'] or ''} |"


def identity(run: dict[str, Any]) -> str:
    """What must be the same for numbers to be comparable at all."""
    return f"`{run['suite']}` {run['version']}, dataset `{run['dataset_sha256'][:12]}`, seed {run['seed']}, {run['asked']} cases"


def load_row(profile: str, bench: dict[str, Any]) -> str:
    figures = bench["figures"]
    latency = figures["latency"]
    return (f"| {profile} | {figures['requests_per_second']:.1f} | {latency['p50_ms']:.0f} ms | {latency['p95_ms']:.0f} ms | "
            f"{latency['p99_ms']:.0f} ms | {figures['error_rate']:.2f} |")  # fmt: skip


def table(runs: list[dict[str, Any]], benches: dict[str, dict[str, Any]]) -> str:
    lines = ["| Suite | Metric | Value | 95 % interval | Needed |", "| --- | --- | --- | --- | --- |"]
    for run in runs:
        lines += [row(run["suite"], name, metric) for name, metric in run["metrics"].items() if not is_timing(name)]
    lines += ["", f"Suites: {'; '.join(map(identity, runs))}.", ""]
    machine = runs[0]["environment"]
    lines += ["| Load, 4 callers | Answers a second | p50 | p95 | p99 | Error rate |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [load_row(profile, bench) for profile, bench in benches.items()]
    lines += ["", f"Measured {runs[0]['started'][:10]} on {machine['cpu']}, {machine['cores']} cores, with client and service on the same cores."]
    return "\n".join(lines) + "\n"


def parts(text: str) -> tuple[str, str, str]:
    """The README before, between and behind the markers."""
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise SystemExit(f"{README}: expected the lines '{BEGIN}' and '{END}'")
    return text[: begin + len(BEGIN)], text[begin + len(BEGIN) : end], text[end:]


def differences(run: dict[str, Any], text: str | None = None) -> list[str]:
    """What the table says of the run's suite and the run doesn't, timings left out; empty: they agree."""
    _, between, _ = parts(README.read_text() if text is None else text)
    suite = run["suite"]
    out = []
    if identity(run) not in between:
        out.append(f"expected '{identity(run)}', which the README doesn't name")
    rows = dict(re.findall(rf"^\| {re.escape(suite)} \| (\S+) \| (\S+) \| .*\|$", between, re.MULTILINE))
    measured = {name: metric["value"] for name, metric in run["metrics"].items() if not is_timing(name)}
    for name in sorted(rows.keys() | measured.keys()):
        there, here = rows.get(name), measured.get(name)
        if there is None or name not in measured:
            out.append(f"{suite} {name}: the README says {there}, the run {shown(here)}")
        elif (there == "–") != (here is None) or (here is not None and abs(float(there) - here) > TOLERANCE[suite]):
            out.append(f"{suite} {name}: the README says {there}, the run {here}")
    return out


def groundwork(*words: str) -> dict[str, Any]:
    binary = os.environ.get("GW_BINARY") or str(ROOT / "groundwork")
    done = subprocess.run([binary, "--content", str(ROOT), "--json", *words], capture_output=True, text=True, timeout=1800)
    if done.returncode not in (0, 1):
        raise SystemExit(f"groundwork {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from platform_under_test import Server

    with tempfile.TemporaryDirectory(prefix="groundwork-numbers-") as folder, Server() as server:
        server.wait_for_search()
        runs = [groundwork("eval", "run", "--suite", suite, "--target", f"{server.base}/reference/{suite}", "--out", folder) for suite in SUITES]
        for run in runs:  # a busy machine that lets calls time out says nothing of the service
            if run["verdict"] != "pass":
                raise SystemExit(f"the reference doesn't pass {run['suite']}, so nothing was written: {run['reason']}")
        if "--check" in sys.argv[1:]:
            found = [one for run in runs for one in differences(run)]
            print("\n".join(found) or "the README agrees with the runs")
            return 1 if found else 0
        ends = {"search": "search", "rag": "ask"}
        benches = {suite: groundwork("bench", "run", "--target", f"{server.base}/reference/{suite}/{ends[suite]}", "--profile", suite,
                                     "--concurrency", "4", "--warm-up", "2s", "--duration", "15s") for suite in SUITES}  # fmt: skip
    before, _, behind = parts(README.read_text())
    README.write_text(before + "\n" + table(runs, benches) + behind)
    return 0


if __name__ == "__main__":
    sys.exit(main())
