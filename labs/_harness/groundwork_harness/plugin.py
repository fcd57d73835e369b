"""The pytest plugin of both ways of grading: collects tests with their marks, and reports each as an event."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import time
from typing import Any, Callable

import pytest

from . import wire

EVENTS_FD = 3
_MESSAGE_LIMIT = 4000
_OUTPUT_LIMIT = 500
_CODE_LIMIT = 4000


class Events:
    """Lines of JSON on a descriptor that was opened for nothing else."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def emit(self, event: str, **fields: Any) -> None:
        data = (json.dumps({"event": event, **fields}) + "\n").encode()
        while data:
            data = data[os.write(self._descriptor, data):]


def title_of(function_name: str, documentation: str | None) -> str:
    if documentation:
        return documentation.strip().splitlines()[0][:200]
    return function_name.removeprefix("test_").replace("_", " ")


class Plugin:
    """`folders` maps a folder of tests to its visibility; `around` wraps each test and gives what the learner printed."""

    def __init__(self, events: Events, folders: dict[str, str], code: str,
                 around: Callable[[], Any] | None = None) -> None:
        self._events = events
        self._folders = folders
        self._code = code
        self._around = around
        self._tests: dict[str, dict[str, Any]] = {}
        self._sources: dict[str, str] = {}
        self._failures: list[tuple[str, str]] = []  # file, message of what could not be collected
        self._began: dict[str, float] = {}
        self._problem: dict[str, tuple[str, str]] = {}
        self._printed: dict[str, str] = {}

    # -- collecting

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "task(number, weight=1, concept=None, misconception=None): what a test is worth")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failures.append((str(report.nodeid), str(report.longrepr)))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Any:
        outcome = yield
        report = outcome.get_result()
        if report.failed and getattr(report, "call", None) is not None and report.call.excinfo is not None:
            report.learner_error = self._import_error(report.call.excinfo.value)
            self._failures.append((str(getattr(collector, "path", "")), report.learner_error))
            report.outcome, report.result = "passed", []

    def _import_error(self, error: BaseException) -> str:
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        if isinstance(cause, SyntaxError) and cause.filename and cause.filename.startswith(self._code):
            place = f"{os.path.basename(cause.filename)}:{cause.lineno}"
            return f"{place}: {type(cause).__name__}: {cause.msg}"
        lines = wire.learner_lines(cause.__traceback__, self._code)
        place = f"{lines[-1]}: " if lines else ""
        return f"{place}{type(cause).__name__}: {wire.describe(cause)}"[:_MESSAGE_LIMIT]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            mark = item.get_closest_marker("task")
            self._add(self._id(item), title_of(item.originalname, inspect.getdoc(item.obj)) + self._case(item),
                      self._visibility(str(item.path)), mark.args[0] if mark and mark.args else 1,
                      mark.kwargs if mark else {})
            try:
                self._sources[self._id(item)] = inspect.getsource(item.obj)[:_CODE_LIMIT]
            except (OSError, TypeError):
                pass

    @staticmethod
    def _case(item: Any) -> str:
        return f" [{item.callspec.id}]" if hasattr(item, "callspec") else ""

    def _add(self, identity: str, name: str, visibility: str, task: int, marks: dict[str, Any]) -> None:
        self._tests[identity] = {
            "id": identity, "name": name, "visibility": visibility, "task_id": int(task),
            "weight": int(marks.get("weight", 1)), "concept": marks.get("concept") or "",
            "misconception": marks.get("misconception") or "",
        }  # fmt: skip

    def pytest_collection_finish(self) -> None:
        unreadable = [self._from_source(file, message) for file, message in self._failures]
        self._events.emit("collected", tests=list(self._tests.values()))
        for identities, message in unreadable:
            for identity in identities:
                self._events.emit("finished", id=identity, status="error", message=message, output="", test_code="",
                                  ms=0, reason="")

    def _from_source(self, file: str, message: str) -> tuple[list[str], str]:
        """The tests of a file that cannot be imported because the learner's code cannot: they count as failed."""
        found = []
        try:
            with open(file, encoding="utf-8") as source:
                tree = ast.parse(source.read())
        except (OSError, SyntaxError) as error:
            self._events.emit("broken", message=f"{os.path.basename(file)}: {error}")
            return [], message
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks: dict[str, Any] = {}
                task = 1
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.task":
                        marks = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
                        task = ast.literal_eval(call.args[0]) if call.args else 1
                identity = f"{os.path.basename(os.path.dirname(file))}/{os.path.basename(file)}::{node.name}"
                self._add(identity, title_of(node.name, ast.get_docstring(node)), self._visibility(file), task, marks)
                found.append(identity)
        return found, message

    def _visibility(self, path: str) -> str:
        return self._folders.get(os.path.dirname(path), "hidden")

    @staticmethod
    def _id(item: pytest.Item) -> str:
        folder = os.path.basename(os.path.dirname(str(item.path)))
        return f"{folder}/{item.path.name}::{item.name}"

    # -- running

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        identity = self._id(item)
        self._events.emit("started", id=identity)
        self._began[identity] = time.monotonic()
        session = self._around() if self._around else None
        yield
        if session is not None:
            self._printed[identity] = session()
        self._finish(identity)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        outcome = yield
        report = outcome.get_result()
        if call.excinfo is not None and self._id(item) not in self._problem:
            reason = getattr(call.excinfo.value, "reason", "")
            self._problem[self._id(item)] = (self._message(report, call.excinfo.value),
                                             reason if isinstance(reason, str) else "")
        if self._around is None and report.when == "call":
            self._printed[self._id(item)] = report.capstdout

    def _message(self, report: pytest.TestReport, error: BaseException) -> str:
        """The assertion as pytest explains it, then where in the learner's code it came from."""
        text = "\n".join(line[2:].strip() if line.startswith("E ") else line[1:]
                         for line in report.longreprtext.splitlines() if line.startswith("E "))
        text = re.sub(r"^(AssertionError: )+", "", text) or f"{type(error).__name__}: {wire.describe(error)}"
        lines = getattr(error, "learner_lines", None) or wire.learner_lines(error.__traceback__, self._code)
        if lines:
            text += "\n" + "\n".join(f"  at {line}" for line in lines if isinstance(line, str))
        return text[:_MESSAGE_LIMIT]

    def _finish(self, identity: str) -> None:
        message, reason = self._problem.get(identity, ("", ""))
        status = "fail" if identity in self._problem else "pass"
        visible = self._tests[identity]["visibility"] == "visible"
        self._events.emit(
            "finished", id=identity, status=status, message=message if visible else "",
            output=self._printed.get(identity, "")[:_OUTPUT_LIMIT] if visible else "",
            test_code=self._sources.get(identity, "") if visible else "",
            ms=round((time.monotonic() - self._began[identity]) * 1000), reason=reason,
        )  # fmt: skip
