"""Runs a lab's tests: beside the learner's code (local), or away from it (judge)."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from typing import Any, Callable

CONTROL_FD = 4

# What no lab's tests need; each that stays out makes the start faster.
_PLUGINS_OFF = ("cacheprovider", "junitxml", "pastebin", "doctest", "nose", "stepwise", "setuponly", "setupplan",
                "faulthandler", "logging", "unraisableexception", "threadexception", "unittest", "legacypath",
                "debugging", "terminal")  # fmt: skip


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=argv[0])
    parser.add_argument("--site", required=True)
    parser.add_argument("--code", default="/gw/code")
    parser.add_argument("--modules", default="")
    parser.add_argument("--wall", type=float, default=20)
    parser.add_argument("--tests", required=True)
    parser.add_argument("--hidden")
    parser.add_argument("--harder")
    return parser.parse_args(argv[1:])


def _one_session_a_test(wall: float) -> Callable[[], Callable[[], str]]:
    """A fresh child of the worker for each test; no single test gets more than half of the lab's time."""
    from . import proxy

    control = socket.socket(fileno=CONTROL_FD)
    end = time.monotonic() + wall

    def begin() -> Callable[[], str]:
        left = max(0.1, min(wall / 2, end - time.monotonic()))
        try:
            session = proxy.Session(control, left)
        except proxy.LearnerProblem as problem:
            proxy.begin(_Broken(problem))  # type: ignore[arg-type]
            return lambda: ""
        proxy.begin(session)

        def finish() -> str:
            proxy.finish()
            return session.end()

        return finish

    return begin


class _Broken:
    """In place of a session that could not begin: whatever the test asks fails."""

    def __init__(self, problem: Exception) -> None:
        self._problem = problem

    def request(self, _message: dict[str, Any]) -> Any:
        raise self._problem

    def encode(self, _value: Any) -> Any:
        raise self._problem


def main(argv: list[str]) -> None:
    options = _options(argv)
    sys.path.append(options.site)
    import pytest

    from . import plugin, proxy

    os.chdir("/tmp")
    folders = {options.tests: "visible"}
    around = None
    if argv[0] == "judge":
        folders.update({path: name for path, name in ((options.hidden, "hidden"), (options.harder, "harder")) if path})
        proxy.install([name for name in options.modules.split(",") if name])
        around = _one_session_a_test(options.wall)
    else:
        sys.path.insert(0, options.code)
    events = plugin.Events(plugin.EVENTS_FD)
    arguments = ["-c", os.devnull, "--rootdir", os.path.dirname(options.tests), "--import-mode=importlib",
                 *(word for name in _PLUGINS_OFF for word in ("-p", f"no:{name}")), *folders]  # fmt: skip
    status = pytest.main(arguments, plugins=[plugin.Plugin(events, folders, options.code, around)])
    if int(status) not in (0, 1, 5):
        events.emit("broken", message=f"pytest ended with status {int(status)}")
    events.emit("done")
    sys.stdout.flush()
    os._exit(0)  # threads that the learner's code left running must not keep the process
