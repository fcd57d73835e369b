"""Starts a fresh server for each walk and runs walk.mjs against it; the last line sums the walks' checks.

    walks.py [--shots FOLDER] [WIDTH-THEME ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "platform")]
import bank
from platform_under_test import Server

MODULE = "python-typed-models"
WALKS = ["1280-light", "360-dark", "1280-dark", "360-light"]


def choice(item: str, text: str) -> str:
    """The identifier of a choice, as assess/grade.cc makes it, so that what the page shows need not be compared as text."""
    return "c" + hashlib.sha256(f"{item}\0{text}".encode()).hexdigest()[:10]


def by_id(item: dict[str, object]) -> object:
    """The right answer, with choices named by their identifiers."""
    answer, ident = bank.right(item), str(item["id"])
    match item["kind"]:
        case "single":
            return choice(ident, answer)
        case "multiple" | "ordering":
            return [choice(ident, text) for text in answer]
        case "matching":
            return {choice(ident, left): choice(ident, right) for left, right in answer.items()}
    return answer


def known() -> dict[str, object]:
    """What the walk needs to answer rightly and wrongly, and the lab that it solves."""
    items = {ident: {"kind": item["kind"], "right": by_id(item)} for ident, item in bank.items(MODULE).items()}
    return {"module": MODULE, "items": items, "lab": {"id": "typed-models", "files": bank.lab_files("typed-models", "solution")}}


def walk(name: str, shots: str | None) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        answers = pathlib.Path(folder) / "known.json"
        answers.write_text(json.dumps(known()))
        environment = {**os.environ, "GW_BASE_URL": server.base, "GW_KNOWN": str(answers), "GW_WALK": name}
        if shots is not None:
            environment["GW_SHOTS"] = shots
        try:
            done = subprocess.run(["node", str(HERE / "walk.mjs")], env=environment, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=1500)  # fmt: skip
        except subprocess.TimeoutExpired as error:
            print(f"FAIL {name}: not at its end after {error.timeout:.0f} s\n{error.stdout!r:.2000}")
            return 0, 1
    print(done.stdout)
    counts = [line for line in done.stdout.splitlines() if line.startswith("checks ")]
    if not counts:
        return 0, 1
    _, passed, failed = counts[-1].split()
    return int(passed), int(failed) + (done.returncode != 0 and failed == "0")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shots")
    parser.add_argument("walks", nargs="*", default=WALKS)
    options = parser.parse_args()
    passed = failed = 0
    for name in options.walks or WALKS:
        good, bad = walk(name, options.shots)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
