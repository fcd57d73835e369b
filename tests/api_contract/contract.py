"""Runs schemathesis against a fresh server, and says which of its checks failed on which operation."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import reference
import run_files
from platform_under_test import ROOT, Server

# A stream of events has no end, so each of its examples lasts as long as schemathesis listens.
STREAMS = """
[[operations]]
include-operation-id = "streamEvents"
generation.max-examples = 2
"""

CONFIGURATION = """
# Identifiers that exist, so that requests reach what is behind them.
[parameters]
"path.module_id" = "python-typed-models"
"path.page_id" = "typing-that-pays"
"path.lab_id" = "typed-models"
"path.run_id" = "20261128T100000000Z-search-aaaa"
"path.offset" = 0
""" + STREAMS


def run(document: str, examples: str, configuration: str, folder: str, *more: str) -> subprocess.CompletedProcess[str]:
    config = pathlib.Path(folder) / "schemathesis.toml"
    config.write_text(configuration)
    program = str(pathlib.Path(sys.executable).with_name("schemathesis"))
    # One worker: below CPython 3.11.5 two threads that parse Python at once can end in "AST constructor recursion depth
    # mismatch" (gh-106905), and schemathesis parses some to describe itself.
    command = [program, "--config-file", str(config), "run", document, *more, "--no-color", "--max-examples",
               examples, "--generation-deterministic", "--workers", "1"]  # fmt: skip
    return subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1500)


def reference_services(examples: str) -> tuple[int, int]:
    """The services under /reference against the contracts that learners' services are measured by."""
    with Server() as server:
        server.wait_for_search()
        passed, failed = reference.run(server)
    for project in ("search", "rag"):
        document = ROOT / "suites" / "contracts" / f"{project}.openapi.yaml"
        with tempfile.TemporaryDirectory() as folder, Server() as server:
            server.wait_for_search()
            done = run(str(document), examples, "", folder, "--url", f"{server.base}/reference/{project}")
            served = server.get(f"/reference/{project}/openapi.json")
        good = done.returncode == 0 and served.json == yaml.safe_load(document.read_text())
        passed, failed = passed + good, failed + (not good)
        print("\n".join(line[:400] for line in done.stdout.splitlines()))
        print(f"{'ok' if good else 'FAIL'} contract of {project}: exit code {done.returncode}")
    return passed, failed


def main() -> int:
    passed = failed = 0
    for name, configuration in (("identifiers that exist", CONFIGURATION), ("identifiers of any kind", STREAMS)):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data, Server(data=data) as server:
            run_files.write_run(pathlib.Path(data), text=run_files.HOSTILE)
            server.wait_for_search()
            done = run(f"{server.base}/api/openapi.json", sys.argv[1], configuration, folder)
            alive = server.get("/api/v1/next").status == 200
        good = done.returncode == 0 and alive
        passed, failed = passed + good, failed + (not good)
        print("\n".join(line[:400] for line in done.stdout.splitlines()))
        print(f"{'ok' if good else 'FAIL'} {name}: exit code {done.returncode}, {'still serving' if alive else 'gone'}")
    good, bad = reference_services(sys.argv[1])
    print(f"{passed + good} passed, {failed + bad} failed, 0 skipped")
    return 1 if failed + bad else 0


if __name__ == "__main__":
    sys.exit(main())
