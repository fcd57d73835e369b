# must fail: test_problems_of_unions
"""Turns loose data into typed values, or says everything that is wrong with it."""

from __future__ import annotations

import difflib
import functools
import math
import reprlib
import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Annotated, Any, Literal, Union

MAX_DEPTH = 100
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", types.NoneType: "null"}


@dataclass(frozen=True)
class Problem:
    """Where something is wrong, what was expected there and what was found."""

    path: str
    message: str


class ValidationError(ValueError):
    """Carries every problem of one piece of data."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{problem.path or 'the whole'}: {problem.message}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Range:
    """For Annotated: a number from least to most, both allowed."""

    least: float
    most: float


def parse(hint: Any, data: Any) -> Any:
    """Returns data as a value of type hint; raises ValidationError with all its problems.

    Work is linear in the data. TypeError: the hint is none that this function knows.
    """
    problems: list[Problem] = []
    value = _parse(hint, data, "", 0, problems)
    if problems:
        raise ValidationError(problems)
    return value


def to_plain(value: Any) -> Any:
    """Returns what json.dumps takes, and what parse would make the value of again."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value


def _parse(hint: Any, data: Any, path: str, depth: int, problems: list[Problem]) -> Any:
    """The value; after a problem was added, anything. Every level of hint and data passes through here."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _annotated(arguments, data, path, depth, problems)
    if depth > MAX_DEPTH and type(data) in (dict, list):
        return _fail(problems, path, f"expected at most {MAX_DEPTH} levels of nesting")
    if hint is Any:
        return data
    if hint is None or hint in _PLAIN:
        return _plain(types.NoneType if hint is None else hint, data, path, problems)
    if origin is Literal:
        if any(type(data) is type(choice) and data == choice for choice in arguments):
            return data
        return _fail(problems, path, _expected(hint), data)
    if origin in (Union, types.UnionType):
        return _union(hint, arguments, data, path, depth, problems)
    if origin is list or (origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis):
        if type(data) is not list:
            return _fail(problems, path, "an array", data)
        return origin(_parse(arguments[0], item, f"{path}[{i}]", depth + 1, problems) for i, item in enumerate(data))
    if origin is dict and arguments[0] is str:
        if type(data) is not dict:
            return _fail(problems, path, "an object", data)
        return {
            key: _parse(arguments[1], item, f"{path}[{reprlib.repr(key)}]", depth + 1, problems)
            for key, item in data.items()
        }
    if is_dataclass(origin or hint):
        return _object(hint, data, path, depth, problems)
    raise TypeError(f"parse knows no hint {hint!r}")


def _plain(hint: type, data: Any, path: str, problems: list[Problem]) -> Any:
    if hint is float and type(data) is int:
        try:
            return float(data)
        except OverflowError:
            return _fail(problems, path, "a number that a float can hold", data)
    if type(data) is hint and not (hint is float and not math.isfinite(data)):
        return data
    return _fail(problems, path, _expected(hint), data)


def _annotated(arguments: tuple[Any, ...], data: Any, path: str, depth: int, problems: list[Problem]) -> Any:
    before = len(problems)
    value = _parse(arguments[0], data, path, depth, problems)
    for limit in arguments[1:]:
        if len(problems) == before and isinstance(limit, Range) and not limit.least <= value <= limit.most:
            _fail(problems, path, f"{limit.least} to {limit.most}", data)
    return value


def _union(hint: Any, choices: tuple[Any, ...], data: Any, path: str, depth: int, problems: list[Problem]) -> Any:
    fitting = [choice for choice in choices if _kind(data) in _kinds(choice)]
    tried: list[Problem] = []
    for choice in fitting:
        tried = []
        value = _parse(choice, data, path, depth, tried)
        if not tried:
            return value
    if False:
        problems.extend(tried)
        return None
    return _fail(problems, path, _expected(hint), data)


def _object(hint: Any, data: Any, path: str, depth: int, problems: list[Problem]) -> Any:
    if type(data) is not dict:
        return _fail(problems, path, "an object", data)
    before, values = len(problems), {}
    cls, known = _shape(hint)
    for name, (kind, required) in known.items():
        if name in data:
            values[name] = _parse(kind, data[name], _join(path, name), depth + 1, problems)
        elif required:
            _fail(problems, _join(path, name), _expected(kind))
    for name in sorted(data.keys() - known.keys()):
        near = difflib.get_close_matches(name[:40], known, n=1)
        question = f" (did you mean {near[0]!r}?)" if near else ""
        problems.append(Problem(_join(path, reprlib.repr(name)[1:-1]), f"expected no such field{question}"))
    if len(problems) > before:
        return None  # rules are for values of the right shape
    try:
        return cls(**values)
    except ValueError as error:
        field, colon, rest = str(error).partition(": ")
        at, message = (_join(path, field), rest) if colon and field in known else (path, str(error))
        problems.append(Problem(at, message[:300]))
        return None


@functools.cache
def _shape(hint: Any) -> tuple[type, dict[str, tuple[Any, bool]]]:
    """The class of a hint, and of each field its hint and whether it is required."""
    cls = typing.get_origin(hint) or hint
    variables = dict(zip(getattr(cls, "__parameters__", ()), typing.get_args(hint)))
    hints = typing.get_type_hints(cls, include_extras=True)
    return cls, {
        field.name: (
            _substitute(hints[field.name], variables),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(cls)
        if field.init
    }


def _substitute(hint: Any, variables: dict[Any, Any]) -> Any:
    if hint in variables:
        return variables[hint]
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(variables.get(one, one) for one in parameters)] if parameters and variables else hint


def _kind(data: Any) -> str:
    kinds = {dict: "object", list: "array", str: "string", int: "number", float: "number", bool: "boolean"}
    return kinds.get(type(data), "null")


def _kinds(hint: Any) -> set[str]:
    """The kinds of JSON value that a hint takes at all."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _kinds(arguments[0])
    if origin is Literal:
        return {_kind(choice) for choice in arguments}
    if origin in (Union, types.UnionType):
        return set().union(*(_kinds(choice) for choice in arguments))
    if hint is Any:
        return {"object", "array", "string", "number", "boolean", "null"}
    if origin in (list, tuple):
        return {"array"}
    plain = {str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null", None: "null"}
    return {plain.get(hint, "object")}


def _expected(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _expected(arguments[0])
    if origin is Literal:
        return "one of " + ", ".join(repr(choice) for choice in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_expected(choice) for choice in arguments)
    if origin in (list, tuple):
        return "array"
    return _PLAIN.get(types.NoneType if hint is None else hint, "object")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_NOTHING = object()


def _fail(problems: list[Problem], path: str, expected: str, found: Any = _NOTHING) -> None:
    shown = "nothing" if found is _NOTHING else reprlib.repr(found)
    text = expected if expected.startswith("expected") else f"expected {expected}, found {shown}"
    problems.append(Problem(path, text[:300]))
