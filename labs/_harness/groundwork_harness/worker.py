"""The learner's side: waits for tests, forks a child for each, which imports the learner's code and answers calls."""

from __future__ import annotations

import argparse
import builtins
import gc
import importlib
import operator
import os
import select
import signal
import socket
import sys
from typing import Any

from . import wire

CONTROL_FD = 4
_OUTPUT_LIMIT = 2000

_OPERATIONS = {
    "len": len, "bool": bool, "iter": iter, "next": next, "repr": repr, "str": str, "int": int, "float": float,
    "abs": abs, "hash": hash, "index": operator.index, "getitem": operator.getitem, "setitem": operator.setitem,
    "delitem": operator.delitem, "contains": operator.contains, "eq": operator.eq, "ne": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "add": operator.add,
    "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv, "floordiv": operator.floordiv,
    "mod": operator.mod, "and": operator.and_, "or": operator.or_, "xor": operator.xor, "neg": operator.neg,
    "reversed": reversed, "get": getattr, "set": setattr,
}  # fmt: skip


class _Output:
    """What the learner prints: the first characters, to be shown beside the test."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        if len(self.text) < _OUTPUT_LIMIT:
            self.text += str(text)[: _OUTPUT_LIMIT - len(self.text)]
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


class Child:
    """Answers one test's calls until it says that it has ended."""

    def __init__(self, connection: socket.socket, folder: str) -> None:
        self._connection = connection
        self._folder = folder
        self._objects: list[Any] = []
        self._output = _Output()

    def serve(self) -> None:
        sys.stdout = self._output  # type: ignore[assignment]
        sys.path.insert(0, self._folder)
        while True:
            message = wire.receive(self._connection)
            if message.get("op") == "end":
                wire.send(self._connection, {"output": self._output.text})
                return
            wire.send(self._connection, self._answer(message))

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            arguments = [self._decode(item) for item in message["args"]]
            named = {name: self._decode(item) for name, item in message.get("named", {}).items()}
            target = self._decode(message["target"])
            operation = message["op"]
            if operation == "call":
                result = target(*arguments, **named)
            elif operation == "enter":
                result = type(target).__enter__(target)
            elif operation == "exit":
                result = type(target).__exit__(target, None, None, None)
            else:
                result = _OPERATIONS[operation](target, *arguments)
            return {"ok": self._encode(result)}
        except wire.Gone:
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test is told
            return {"raise": self._raised(error)}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        kind = type(error)
        bases = [base.__name__ for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base]
        return {
            "type": str(kind.__name__), "module": str(kind.__module__), "bases": bases,
            "message": wire.describe(error)[:4000], "self": self._reference(error),
            "lines": self._lines(error),
        }  # fmt: skip

    def _lines(self, error: BaseException) -> list[str]:
        """Where in the learner's files it happened; a file that is not Python has no frame of its own."""
        lines = wire.learner_lines(error.__traceback__, self._folder)
        if isinstance(error, SyntaxError) and str(error.filename).startswith(self._folder + "/"):
            lines.append(f"{os.path.basename(str(error.filename))}:{error.lineno}")
        return lines

    def _encode(self, value: Any) -> Any:
        return wire.encode(value, self._reference)

    def _reference(self, value: Any) -> dict[str, Any]:
        self._objects.append(value)
        return {"r": len(self._objects) - 1}

    def _decode(self, value: Any) -> Any:
        return wire.decode(value, self._resolve)

    def _resolve(self, tag: str, content: Any) -> Any:
        if tag == "r":
            return self._objects[content]
        if tag == "p":
            module = importlib.import_module(content[0])
            try:
                return getattr(module, content[1])
            except AttributeError:
                raise AttributeError(f"{content[0]}.py defines no '{content[1]}'") from None
        if tag == "c":
            return lambda *arguments, **named: self._call_back(content, arguments, named)
        raise wire.ProtocolError(f"unknown tag {tag!r}")

    def _call_back(self, number: int, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        wire.send(self._connection, {
            "call": number, "args": [self._encode(item) for item in arguments],
            "named": {name: self._encode(item) for name, item in named.items()},
        })  # fmt: skip
        while True:
            message = wire.receive(self._connection)
            if "op" in message:  # the judge uses an object while it answers
                wire.send(self._connection, self._answer(message))
            elif "raise" in message:
                kind = getattr(builtins, str(message["raise"]), RuntimeError)
                raise (kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError)(message["text"])
            else:
                return self._decode(message["ok"])


def _run_child(control: socket.socket, descriptor: int, folder: str) -> None:
    control.close()
    connection = socket.socket(fileno=descriptor)
    try:
        Child(connection, folder).serve()
    except wire.Gone:
        pass
    os._exit(0)


def _end_leftovers() -> None:
    # Only where this process and its children are alone: in a jail, -1 means every process of the jail.
    if os.path.exists("/.jail"):
        try:
            os.kill(-1, signal.SIGKILL)
        except OSError:
            pass


def serve(control: socket.socket, folder: str) -> None:
    """One message "test" with a socket a test; the answer is how its child ended."""
    gc.collect()
    gc.freeze()  # the children share these pages until they write to them
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(control, 16, 1)
        if not data:
            return
        if not descriptors:
            continue  # a "kill" that came after the child had ended
        child = os.fork()
        if child == 0:
            _run_child(control, descriptors[0], folder)
        os.close(descriptors[0])
        status = _wait(child, control)
        _end_leftovers()
        control.sendall(f"{status:11d}\n".encode())


def _wait(child: int, control: socket.socket) -> int:
    """The child's exit status; minus the number of the signal that ended it. A word from the judge ends it at once."""
    handle = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.register(control, select.POLLIN)
        while not any(number == handle for number, _ in poll.poll()):
            if control.recv(16):
                os.kill(child, signal.SIGKILL)
            else:
                os.kill(child, signal.SIGKILL)
                break
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        os.close(handle)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="worker")
    parser.add_argument("--code", required=True)
    options = parser.parse_args(argv[1:])
    os.chdir("/tmp")
    serve(socket.socket(fileno=CONTROL_FD), options.code)
