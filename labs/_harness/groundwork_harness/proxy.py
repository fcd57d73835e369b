"""The judge's side of the learner's code: modules and objects that are somewhere else.

Nothing that comes from the worker is trusted: values are plain data or references, and a reference equals nothing but a
reference of which the worker says so.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import re
import socket
import sys
import time
import types
from typing import Any, Callable

from . import wire

_EXCEPTION_NAME = re.compile(r"(Error|Exception|Warning)$")


class LearnerProblem(AssertionError):
    """The learner's process did what no test can go on from; `reason` is timeout, exit or protocol."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Session:
    """One test's connection to a fresh child of the worker."""

    def __init__(self, control: socket.socket, seconds: float) -> None:
        self._control = control
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._functions: list[Callable[..., Any]] = []
        self._ended = False
        self.problem: LearnerProblem | None = None
        self.connection, other = socket.socketpair()
        try:
            socket.send_fds(control, [b"test"], [other.fileno()])
        except OSError:
            raise LearnerProblem("Your code ended the process that runs it.", "exit") from None
        finally:
            other.close()

    def request(self, message: dict[str, Any]) -> Any:
        """Sends and waits for the answer, running the test's own functions when the learner's code calls them."""
        if self.problem is not None:
            raise self.problem
        try:
            self._send(message)
            while True:
                answer = self._receive()
                if "ok" in answer:
                    return wire.decode(answer["ok"], self._resolve)
                if "raise" in answer:
                    raise self._exception(answer["raise"])
                if "call" not in answer:
                    raise wire.ProtocolError("neither a result nor a call")
                self._send(self._run_function(answer))
        except TimeoutError:
            self._kill()
            self._fail(f"Your code did not answer within {self._seconds:.0f} s.", "timeout")
        except wire.Gone:
            self._fail("", "exit")
        except (wire.ProtocolError, KeyError, TypeError, IndexError) as error:
            if isinstance(error, wire.ProtocolError) or self._is_ours(error):
                self._fail(f"Your code's process gave no sensible answer: {error}", "protocol")
            raise

    def end(self) -> str:
        """Ends the child. What it printed."""
        output = ""
        if self.problem is None:
            try:
                self._send({"op": "end"})
                self._deadline = min(self._deadline, time.monotonic() + 2)
                output = str(self._receive().get("output", ""))
            except (wire.Gone, wire.ProtocolError, TimeoutError):
                pass
        self._status()
        self.connection.close()
        return output

    def encode(self, value: Any) -> Any:
        return wire.encode(value, self._reference)

    @staticmethod
    def _is_ours(error: BaseException) -> bool:
        return not getattr(error, "from_learner", False)

    def _fail(self, message: str, reason: str) -> None:
        status = self._status()
        if reason == "exit":
            message = "Your code ended its process"
            if status is None or status == -9:
                message, reason = "Your code's process was killed; most likely it used too much memory.", "memory"
            elif status < 0:
                message += f" by signal {-status}." if status != -24 else ": it used too much processor time."
                reason = "timeout" if status == -24 else "exit"
            else:
                message += f" with status {status}: a test cannot be passed by leaving it."
        self.problem = LearnerProblem(message, reason)
        raise self.problem from None

    def _status(self) -> int | None:
        """How the child ended; waits for it, and kills it if it does not."""
        if self._ended:
            return None
        self._ended = True
        self.connection.close()
        try:
            self._control.settimeout(2)
            text = self._control.recv(12)
            if not text:
                return None
            return int(text)
        except (TimeoutError, ValueError, OSError):
            self._kill()
            try:
                self._control.settimeout(5)
                return int(self._control.recv(12) or b"0")
            except (OSError, ValueError):
                return None
        finally:
            self._control.settimeout(None)

    def _kill(self) -> None:
        try:
            self._control.sendall(b"kill")
        except OSError:
            pass  # the worker is gone, and with it the child

    def _send(self, message: dict[str, Any]) -> None:
        self._remaining()
        wire.send(self.connection, message)

    def _receive(self) -> dict[str, Any]:
        self._remaining()
        return wire.receive(self.connection)

    def _remaining(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)

    def _reference(self, value: Any) -> dict[str, Any]:
        if isinstance(value, Remote):
            return object.__getattribute__(value, "_target")
        if isinstance(value, type) and issubclass(value, BaseException) and hasattr(value, "learner_path"):
            return {"p": list(value.learner_path)}
        if isinstance(value, type) and getattr(builtins, value.__name__, None) is value:
            return {"p": ["builtins", value.__name__]}
        if isinstance(value, LearnerException):
            return value.learner_self
        if callable(value):
            self._functions.append(value)
            return {"c": len(self._functions) - 1}
        raise TypeError(f"a test cannot pass a {type(value).__name__} to the learner's code")

    def _resolve(self, tag: str, content: Any) -> Any:
        if tag == "r" and type(content) is int:
            return Remote({"r": content})
        if tag == "c" and type(content) is int and 0 <= content < len(self._functions):
            return self._functions[content]
        raise wire.ProtocolError(f"unknown tag {tag!r}")

    def _run_function(self, call: dict[str, Any]) -> dict[str, Any]:
        number = call["call"]
        if type(number) is not int or not 0 <= number < len(self._functions):
            raise wire.ProtocolError("a call of a function that was never passed")
        arguments = [wire.decode(item, self._resolve) for item in call["args"]]
        named = {str(name): wire.decode(item, self._resolve) for name, item in call["named"].items()}
        try:
            return {"ok": self.encode(self._functions[number](*arguments, **named))}
        except LearnerProblem:
            raise
        except Exception as error:  # noqa: BLE001 - the learner's code may handle it
            return {"raise": type(error).__name__, "text": str(error)}

    def _exception(self, raised: dict[str, Any]) -> BaseException:
        bases = [name for name in raised.get("bases", []) if type(name) is str]
        kind = next((getattr(builtins, name) for name in bases if name not in ("object",)
                     and isinstance(getattr(builtins, name, None), type)
                     and issubclass(getattr(builtins, name), BaseException)), Exception)  # fmt: skip
        name, module = str(raised.get("type"))[:100], str(raised.get("module"))[:100]
        text, lines = str(raised.get("message"))[:4000], [str(line)[:200] for line in raised.get("lines", [])][:4]
        if not issubclass(kind, Exception):  # SystemExit and KeyboardInterrupt would end the judge
            return LearnerProblem(f"Your code raised {name}: a test cannot be passed by leaving it.", "exit")
        made = exception_class(module, name, kind)
        error = made(text)
        error.learner_lines = lines
        error.learner_self = raised.get("self", {"r": -1})
        error.from_learner = True
        return error


class LearnerException:
    """Mixed into every exception that came from the learner's process: attributes are asked of the original."""

    learner_lines: list[str] = []
    learner_self: dict[str, Any] = {}
    from_learner = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _ask("get", self.learner_self, [name])


_stand_ins: dict[tuple[str, str], type] = {}
_classes: dict[tuple[str, str, type], type] = {}


def stand_in(module: str, name: str) -> type:
    """The class under which a test knows the learner's exception `module.name`."""
    if (module, name) not in _stand_ins:
        _stand_ins[module, name] = type(name, (Exception,), {"__module__": module, "learner_path": (module, name)})
    return _stand_ins[module, name]


def exception_class(module: str, name: str, base: type) -> type:
    """A class for raising: it is the stand-in that the test imported, and the builtin that it derives from."""
    key = (module, name, base)
    if key not in _classes:
        known = _stand_ins.get((module, name))
        bases = (LearnerException, *([known] if known is not None else []), *([base] if base is not Exception else []))
        if len(bases) == 1 or bases == (LearnerException, known):
            bases = (*bases, Exception) if known is None else bases
        _classes[key] = type(name, bases, {"__module__": module})
    return _classes[key]


_session: Session | None = None


def begin(session: Session) -> None:
    global _session
    _session = session


def finish() -> None:
    global _session
    _session = None


def _ask(operation: str, target: dict[str, Any], arguments: list[Any], named: dict[str, Any] | None = None) -> Any:
    if _session is None:
        raise RuntimeError("the learner's code can be used in a test only, not while tests are collected")
    return _session.request({
        "op": operation, "target": target, "args": [_session.encode(item) for item in arguments],
        "named": {name: _session.encode(item) for name, item in (named or {}).items()},
    })  # fmt: skip


class Remote:
    """An object of the learner's process."""

    __slots__ = ("_target",)

    def __init__(self, target: dict[str, Any]) -> None:
        object.__setattr__(self, "_target", target)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return _ask("call", object.__getattribute__(self, "_target"), list(arguments), named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what pytest and copy ask for must not reach the learner
            raise AttributeError(name)
        return _ask("get", object.__getattribute__(self, "_target"), [name])

    def __setattr__(self, name: str, value: Any) -> None:
        _ask("set", object.__getattribute__(self, "_target"), [name, value])

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remote) and _ask("eq", object.__getattribute__(self, "_target"), [other]) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __exit__(self, *_error: Any) -> bool:
        _ask("exit", object.__getattribute__(self, "_target"), [])
        return False

    def __repr__(self) -> str:
        return str(_ask("repr", object.__getattribute__(self, "_target"), []))

    def __str__(self) -> str:
        return str(_ask("str", object.__getattribute__(self, "_target"), []))


def _forward(operation: str) -> Callable[..., Any]:
    def method(self: Remote, *arguments: Any) -> Any:
        return _ask(operation, object.__getattribute__(self, "_target"), list(arguments))

    return method


for _name in ("len", "bool", "iter", "next", "int", "float", "abs", "index", "getitem", "setitem", "delitem", "contains",
              "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "and", "or", "xor", "neg",
              "reversed", "enter"):  # fmt: skip
    setattr(Remote, f"__{_name}__", _forward(_name))


class LearnerModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if _EXCEPTION_NAME.search(name):
            return stand_in(self.__name__, name)
        return Remote({"p": [self.__name__, name]})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives `import cache` in a test a module whose names are the learner's."""

    def __init__(self, modules: list[str]) -> None:
        self._modules = frozenset(modules)

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name in self._modules else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return LearnerModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install(modules: list[str]) -> None:
    sys.meta_path.insert(0, Finder(modules))
