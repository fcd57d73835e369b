"""Runs the harness as its caller does, without jails: judge and worker joined by a socket, events on a pipe."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import socket
import subprocess
import sys
import textwrap
from typing import Any

import pytest

RUN = pathlib.Path(__file__).resolve().parent.parent / "run.py"
SITE = str(pathlib.Path(pytest.__file__).resolve().parent.parent)


class Grading:
    """What one run of the harness said, by the name of the test."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events = events
        self.collected = next((event["tests"] for event in events if event["event"] == "collected"), [])
        self.finished = {event["id"].split("::")[1]: event for event in events if event["event"] == "finished"}
        self.ended = bool(events) and events[-1]["event"] == "done"

    def status(self, name: str) -> str:
        return self.finished[name]["status"]

    def message(self, name: str) -> str:
        return self.finished[name]["message"]


class Lab:
    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))

    def _start(self, arguments: list[str], descriptors: dict[int, int]) -> subprocess.Popen[bytes]:
        """Each descriptor gets the number that the harness expects."""
        moves = "; ".join(f"os.dup2({have}, {want})" for want, have in descriptors.items())
        code = f"import os, sys; {moves}; os.execv(sys.executable, [sys.executable, '-I', '-S', '-B', *sys.argv[1:]])"
        return subprocess.Popen([sys.executable, "-c", code, str(RUN), *arguments], pass_fds=list(descriptors.values()),
                                stdout=subprocess.DEVNULL)

    @staticmethod
    def _high(fd: int) -> int:
        return fcntl.fcntl(fd, fcntl.F_DUPFD, 50)

    def submit(self, wall: float = 10) -> Grading:
        mine, theirs = socket.socketpair()
        reader, writer = os.pipe()
        judge_fd, worker_fd, events_fd = self._high(mine.fileno()), self._high(theirs.fileno()), self._high(writer)
        modules = ",".join(sorted(path.stem for path in (self._folder / "code").glob("*.py")))
        worker = self._start(["worker", "--code", str(self._folder / "code")], {4: worker_fd})
        judge = self._start(["judge", "--site", SITE, "--modules", modules, "--wall", str(wall), "--tests",
                             str(self._folder / "tests"), "--hidden", str(self._folder / "hidden")],
                            {3: events_fd, 4: judge_fd})
        for fd in (judge_fd, worker_fd, events_fd, writer):
            os.close(fd)
        mine.close()
        theirs.close()
        events = self._read(reader)
        judge.wait(30)
        worker.wait(10)
        return Grading(events)

    def test(self) -> Grading:
        reader, writer = os.pipe()
        events_fd = self._high(writer)
        process = self._start(["local", "--site", SITE, "--code", str(self._folder / "code"), "--tests",
                               str(self._folder / "tests")], {3: events_fd})
        os.close(events_fd)
        os.close(writer)
        events = self._read(reader)
        process.wait(30)
        return Grading(events)

    @staticmethod
    def _read(reader: int) -> list[dict[str, Any]]:
        with os.fdopen(reader) as lines:
            return [json.loads(line) for line in lines]


@pytest.fixture
def lab(tmp_path: pathlib.Path) -> Lab:
    made = Lab(tmp_path)
    made.write({"tests/.keep": "", "hidden/.keep": ""})
    return made
