#!/usr/bin/env python3
"""Shows that each attack test fails once the defence it is about is taken away.

    python3 src/sandbox/defences_off.py BASE_LIBRARY [NAME ...]

BASE_LIBRARY is a built libgw_base.a. For each defence: the sandbox's sources are copied, the defence is edited out, the
tests are built and run, and the named ones must fail. An edit that no longer finds its place is an error, so this list
cannot fall behind the code. Takes some seconds a defence; run it when the sandbox or its tests change.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
Edit = tuple[str, str, str]  # file, what stands there, what then stands there

SECCOMP_OFF: Edit = ("jail_main.cc", "if (seccomp >= 0) filter_calls(seccomp);", "")
SECCOMP_OF_BWRAP_OFF: Edit = ("sandbox.cc", 'add({"--seccomp", std::to_string(seccomp)});', "")
NO_GROUP: Edit = ("memory_guard.cc", 'if (std::getenv("GW_SANDBOX_NO_CGROUP") == nullptr) {', "if (false) {")
NO_WATCH: Edit = ("memory_guard.cc", "return !exceeded_;", "return true;")

# Two layers often hold the same attack: then both are taken away, as either alone contains it.
DEFENCES: dict[str, tuple[list[Edit], list[str]]] = {
    "processes": (
        [("sandbox.cc", 'limit("processes", others + job.limits.processes);', ""), NO_GROUP],
        ["AForkBombEndsAtTheLimitOfProcesses"],
    ),
    "memory": (
        [NO_GROUP, NO_WATCH, ("sandbox.cc", 'if (!cgroup) limit("memory"', 'if (false) limit("memory"')],
        ["SeveralProcessesEachUnderTheLimitAreBoundedTogether"],
    ),
    "disk": (
        [("sandbox.cc", '"--size", std::to_string(job.limits.disk_bytes),', ""), NO_GROUP, NO_WATCH],
        ["ADiskFillerFindsTheEndOfItsTmp"],
    ),
    "processor": ([("sandbox.cc", 'limit("cpu", job.limits.cpu.count());', "")], ["AnEndlessLoopIsCutByProcessorTime"]),
    "clock": (
        [("sandbox.cc", "if (Clock::now() - started_ > job_.limits.wall) return Outcome::kWallTime;", "")],
        ["AnEndlessSleepIsCutByTheWallClock"],
    ),
    "output": (
        [("sandbox.cc", "const std::int64_t kept = std::min<std::int64_t>(n, room);", "const std::int64_t kept = n;")],
        ["EndlessOutputIsCut"],
    ),
    "network": (
        [("sandbox.cc", '"--unshare-net",', ""), SECCOMP_OF_BWRAP_OFF],
        ["NoNetworkNeitherLoopbackNorOutside"],
    ),
    "files": (
        [("sandbox.cc", 'add({"--ro-bind", "/usr", "/usr"});', 'add({"--ro-bind", "/", "/"});')],
        ["NothingOfTheMachineIsThereToRead"],
    ),
    "read-only": (
        [("sandbox.cc", '"--remount-ro", "/dev", "--remount-ro", "/",', "")],
        ["NothingButTmpCanBeWritten"],
    ),
    "pids": (
        [("sandbox.cc", '"--unshare-pid",', "")],
        ["TheParentIsOutOfReach"],
    ),
    "left behind": (
        [
            ("sandbox.cc", '"--unshare-pid",', ""),
            ("memory_guard.cc", "if (folder_.empty() || write_text(file(\"cgroup.kill\"), \"1\")) return;", "return;"),
        ],
        ["BackgroundProcessesDoNotOutliveTheJob"],
    ),
    "environment": (
        [("sandbox.cc", "execve(argv[0], argv, env);", "execve(argv[0], argv, environ);")],
        ["TheServersEnvironmentIsNotInProc"],
    ),
    "system calls": ([SECCOMP_OF_BWRAP_OFF, SECCOMP_OFF], ["NoBpfNoIoUringNoMountsNoNestedNamespaces"]),
    "privilege": (
        [
            ("jail_main.cc", "if (uid >= 0) {", "if (false) {"),
            ("sandbox.cc", 'add({"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"});',
             'add({"--cap-add", "ALL"});'),
        ],
        ["NoPrivilegeIsLeftOrCanBeGained"],
    ),
    "descriptors": ([("jail_main.cc", "close_all_but(keep, 16);", "static_cast<void>(close_all_but);")],
                    ["DescriptorsOfTheServerAreClosed"]),
    "stop": (
        [("sandbox.cc", "if (stop.stop_requested()) return Outcome::kCancelled;", "")],
        ["ARunIsCancelled"],
    ),
}  # fmt: skip


def run(*command: str | pathlib.Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], text=True, capture_output=True, **options)  # type: ignore


class Workshop:
    """A copy of the sandbox whose objects are built again only when their source was edited."""

    def __init__(self, folder: pathlib.Path, base: pathlib.Path) -> None:
        self._folder = folder
        self._base = base
        self._sources = folder / "src" / "sandbox"
        shutil.copytree(HERE, self._sources)
        self._whole = {path.name: path.read_text() for path in self._sources.iterdir() if path.is_file()}
        self._built: dict[str, str] = {}

    def build(self, edits: list[Edit]) -> pathlib.Path:
        texts = dict(self._whole)
        for file, old, new in edits:
            if texts[file].count(old) != 1:
                sys.exit(f"{file}: expected exactly once: {old}")
            texts[file] = texts[file].replace(old, new)
        for file, text in texts.items():
            (self._sources / file).write_text(text)
        for file in ("sandbox.cc", "memory_guard.cc", "seccomp_filter.cc", "sandbox_test.cc"):
            self._compile(file, texts[file], "-c", "-o", self._folder / f"{file}.o")
        self._compile("jail_main.cc", texts["jail_main.cc"], "-static", "-o", self._folder / "jail")
        assembly = texts["jail_bytes.S.in"].replace("@jail@", str(self._folder / "jail"))
        (self._folder / "jail_bytes.S").write_text(assembly.replace("@progbits_type@", "@progbits"))
        test = self._folder / "sandbox_test"
        objects = [self._folder / f"{name}.o" for name in ("sandbox.cc", "memory_guard.cc", "seccomp_filter.cc",
                                                           "sandbox_test.cc")]  # fmt: skip
        self._check(run("c++", *objects, self._folder / "jail_bytes.S", self._base,
                        self._base.with_name("libgw_source_dir.a"), "-lgtest_main", "-lgtest",
                        "-lseccomp", "-lcrypto", "-lpthread", "-o", test))  # fmt: skip
        return test

    def _compile(self, file: str, text: str, *arguments: str | pathlib.Path) -> None:
        if self._built.get(file) != text:
            self._check(run("c++", "-std=c++20", "-O1", "-w", f"-I{self._folder}/src", f"-I{ROOT}/src",
                            self._sources / file, *arguments))  # fmt: skip
            self._built[file] = text

    @staticmethod
    def _check(done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode != 0:
            sys.exit(done.stderr[:3000])


def outcome(test: pathlib.Path, name: str) -> str:
    try:
        done = run(test, f"--gtest_filter=Sandbox.{name}", timeout=100)
    except subprocess.TimeoutExpired:
        return "FAILED"
    if "[  SKIPPED ]" in done.stdout:
        return "SKIPPED"
    return "OK" if done.returncode == 0 else "FAILED"


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    wanted = sys.argv[2:] or list(DEFENCES)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="defences-off-") as folder:
        workshop = Workshop(pathlib.Path(folder), pathlib.Path(sys.argv[1]).resolve())
        for name in wanted:
            edits, tests = DEFENCES[name]
            whole = workshop.build([])
            before = {test: outcome(whole, test) for test in tests}
            broken = workshop.build(edits)
            for test in tests:
                after = outcome(broken, test)
                good = before[test] == "OK" and after == "FAILED"
                wrong += not good
                print(f"{name:14} {test}: with {before[test]}, without {after}{'' if good else '   <-- WRONG'}", flush=True)
    print(f"{len(wanted)} defences, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
