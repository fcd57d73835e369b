"""Runs every lab's tests against its solution, its starter and the wrong solutions of this folder.

    python labs/_checks/run.py [--repeat N] [--jobs N] [LAB ...]

One check is one line: the reference passes everything, the starter imports and fails, a wrong solution fails the test
that its first line names. The last line sums them; the exit code is 0 when nothing failed.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

LABS = pathlib.Path(__file__).resolve().parent.parent
SHARED = LABS / "_shared"
CHECKS = LABS / "_checks"
TIMEOUT_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class Outcome:
    name: str
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class TestRun:
    passed: frozenset[str]
    failed: frozenset[str]
    errors: frozenset[str]
    output: str


def yaml_list(text: str, key: str) -> list[str]:
    """The plain strings of a top-level YAML list, in flow or block style; all that these checks read of a lab.yaml."""
    flow = re.search(rf"^{key}:\s*\[(.*?)\]", text, re.M | re.S)
    block = re.search(rf"^{key}:\s*(?:#.*)?\n((?:\s*-\s+.*\n?)+)", text, re.M)
    if flow:
        found = flow.group(1).split(",")
    else:
        found = [line.strip()[1:] for line in block.group(1).splitlines() if line.strip()] if block else []
    return [item.split("#")[0].strip().strip("'\"") for item in found if item.strip()]


def run_tests(lab: pathlib.Path, code: dict[str, pathlib.Path], folders: list[str], only: str = "") -> TestRun:
    """Runs the tests of `folders` with the files of `code` and the lab's support in a folder of their own; with `only`,
    those whose id contains it, up to the first failure."""
    folders = [folder for folder in folders if (lab / folder).is_dir()]
    with tempfile.TemporaryDirectory(prefix="groundwork-check-") as folder:
        place = pathlib.Path(folder)
        for name, source in code.items():
            shutil.copy(source, place / name)
        for name in yaml_list((lab / "lab.yaml").read_text(), "support"):
            own = lab / "support" / name
            shutil.copy(own if own.exists() else SHARED / name, place / name)
        report = place / "report.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            os.devnull,
            "--rootdir",
            str(lab),
            "--import-mode=importlib",
            "-p",
            "no:cacheprovider",
            "-W",
            "ignore::pytest.PytestUnknownMarkWarning",
            "--tb=short",
            f"--junitxml={report}",
            *(str(lab / name) for name in folders),
            *(["-x", "-k", only] if re.fullmatch(r"\w+", only) else []),
        ]
        environment = dict(os.environ, PYTHONPATH=str(place), PYTHONDONTWRITEBYTECODE="1")
        try:
            done = subprocess.run(
                command,
                cwd=place,
                env=environment,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TestRun(frozenset(), frozenset(), frozenset({f"no end after {TIMEOUT_SECONDS} s"}), "")
        return read_report(report, done.stdout + done.stderr)


def read_report(report: pathlib.Path, output: str) -> TestRun:
    names: dict[str, set[str]] = {"passed": set(), "failed": set(), "errors": set()}
    if not report.exists():
        return TestRun(frozenset(), frozenset(), frozenset({"pytest wrote no report"}), output)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kind = (
            "errors" if case.find("error") is not None else "failed" if case.find("failure") is not None else "passed"
        )
        names[kind].add(case.get("name") or case.get("classname") or "?")
    return TestRun(frozenset(names["passed"]), frozenset(names["failed"]), frozenset(names["errors"]), output)


def solution_files(lab: pathlib.Path) -> dict[str, pathlib.Path]:
    return {path.name: path for path in (lab / "solution").glob("*.py")}


def check_meter() -> Outcome:
    """The tests of the meter and of the search of interleavings that the labs' tests rely on."""
    name = "labs/_shared measures and interleaves"
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", "--tb=short"]
    environment = dict(os.environ, PYTHONPATH=str(SHARED), PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(
        [*command, *map(str, sorted(CHECKS.glob("test_*.py")))], env=environment, capture_output=True, text=True, check=False
    )
    return Outcome(name) if done.returncode == 0 else Outcome(name, done.stdout + done.stderr)


def check_folders(every: dict[str, pathlib.Path]) -> Outcome:
    folders = {path.name for path in CHECKS.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    orphans = sorted(folders - set(every))
    name = "every folder of wrong solutions has its lab"
    return Outcome(name, f"expected a lab of the same id, found none for {orphans}") if orphans else Outcome(name)


def check_solution(lab: pathlib.Path) -> Outcome:
    name = f"{lab.name}: the solution passes"
    run = run_tests(lab, solution_files(lab), ["tests", "hidden", "harder"])
    if run.failed or run.errors or not run.passed:
        return Outcome(name, f"{sorted(run.failed | run.errors) or 'no test ran'}\n{run.output}")
    return Outcome(name)


def check_starter(lab: pathlib.Path) -> Outcome:
    name = f"{lab.name}: the starter imports and fails"
    code = solution_files(lab)
    for file in yaml_list((lab / "lab.yaml").read_text(), "files"):
        code[file] = lab / "starter" / file
    run = run_tests(lab, code, ["tests", "hidden", "harder"])
    if run.errors:
        return Outcome(name, f"errors outside of tests: {sorted(run.errors)}\n{run.output}")
    return Outcome(name) if run.failed else Outcome(name, "every test passed")


def check_wrong(lab: pathlib.Path, wrong: pathlib.Path) -> Outcome:
    """`# must fail: TEST` opens the file; `# replaces: FILE` may follow where the lab has several files."""
    name = f"{lab.name}: {wrong.stem} fails"
    text = wrong.read_text()
    expected = re.match(r"# must fail: (\S+)", text)
    if expected is None:
        return Outcome(name, f"{wrong}:1: expected '# must fail: <part of a test's id>', found {text.splitlines()[:1]}")
    files = yaml_list((lab / "lab.yaml").read_text(), "files")
    replaces = re.search(r"^# replaces: (\S+)", text, re.M)
    replaced = replaces.group(1) if replaces else files[0]
    if replaced not in files:
        return Outcome(name, f"{wrong}: expected one of {files} after '# replaces:', found {replaced!r}")
    run = run_tests(lab, {**solution_files(lab), replaced: wrong}, ["tests", "hidden"], only=expected.group(1))
    if run.errors:
        return Outcome(name, f"errors outside of tests: {sorted(run.errors)}\n{run.output}")
    if not any(expected.group(1) in test for test in run.failed):
        return Outcome(name, f"expected a failure of {expected.group(1)!r}, failed were {sorted(run.failed)}")
    return Outcome(name)


def checks_of(lab: pathlib.Path, repeat: int) -> list[tuple]:
    found: list[tuple] = [(check_solution, lab)] * repeat
    found.append((check_starter, lab))
    folder = CHECKS / lab.name
    found.extend((check_wrong, lab, wrong) for wrong in sorted(folder.glob("*.py")))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", help="lab ids; all labs when none is given")
    parser.add_argument("--repeat", type=int, default=1, help="times that each solution is run")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    every = {path.parent.name: path.parent for path in sorted(LABS.glob("[a-z]*/lab.yaml"))}
    unknown = [name for name in options.labs if name not in every]
    if unknown or not every:
        print(f"expected lab ids of {LABS}, found {unknown or 'no lab'}")
        return 2
    work = [] if options.labs else [(check_meter,), (check_folders, every)]
    work += [check for name in (options.labs or every) for check in checks_of(every[name], options.repeat)]
    failed = passed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda check: check[0](*check[1:]), work):
            failed += bool(outcome.problem)
            passed += not outcome.problem
            print(f"{'FAIL' if outcome.problem else 'ok  '} {outcome.name}", flush=True)
            if outcome.problem:
                print("    " + outcome.problem.strip().replace("\n", "\n    "), flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
