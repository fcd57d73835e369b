"""What judge and worker say to each other: frames of JSON, values by their exact type.

A list is a JSON array; other containers are objects with one key: t(uple), d(ict) as pairs, s(et), f(rozenset),
b(ytes). Anything else is a reference: {"r": number} to an object of the worker, {"p": [module, name]} to a name in one
of the lab's modules, {"c": number} to a function of the judge.
"""

from __future__ import annotations

import collections
import json
import socket
import struct
import types
from typing import Any, Callable

MAX_FRAME = 64 << 20
MAX_DEPTH = 60
_PLAIN = frozenset({type(None), bool, int, float, str})
_AS_DICT = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)


class Gone(Exception):
    """The other side has closed the connection."""


class ProtocolError(Exception):
    """The other side said something that is not in the protocol."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    if len(data) > MAX_FRAME:
        raise ProtocolError(f"a value of {len(data) >> 20} MB is too large to be passed")
    try:
        connection.sendall(struct.pack(">I", len(data)) + data)
    except OSError as error:
        raise Gone(str(error)) from error


def receive(connection: socket.socket) -> dict[str, Any]:
    (length,) = struct.unpack(">I", _exactly(connection, 4))
    if length > MAX_FRAME:
        raise ProtocolError("a message is too large")
    try:
        message = json.loads(_exactly(connection, length))
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a message is not JSON") from error
    if type(message) is not dict:
        raise ProtocolError("a message is not an object")
    return message


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        try:
            part = connection.recv(min(count, 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone(str(error)) from error
        if not part:
            raise Gone("closed")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def encode(value: Any, reference: Callable[[Any], dict[str, Any]], depth: int = 0) -> Any:
    """`reference` makes the object for what is not plain."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth > MAX_DEPTH:
        raise ProtocolError(f"a value is nested more than {MAX_DEPTH} deep, or contains itself")
    if kind is list:
        if _PLAIN.issuperset(map(type, value)):
            return value
        return [encode(item, reference, depth + 1) for item in value]
    if kind is tuple:
        return {"t": [encode(item, reference, depth + 1) for item in value]}
    if kind in _AS_DICT:
        return {"d": [[encode(k, reference, depth + 1), encode(v, reference, depth + 1)]
                      for k, v in dict.items(value)]}
    if kind is set or kind is frozenset:
        return {"s" if kind is set else "f": [encode(item, reference, depth + 1) for item in value]}
    if kind is bytes:
        return {"b": value.decode("latin-1")}
    return reference(value)


def decode(value: Any, resolve: Callable[[str, Any], Any], depth: int = 0) -> Any:
    """`resolve(tag, content)` gives what a reference stands for."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth > MAX_DEPTH + 5:
        raise ProtocolError("a message is nested too deep")
    if kind is list:
        if _PLAIN.issuperset(map(type, value)):
            return value
        return [decode(item, resolve, depth + 1) for item in value]
    if kind is not dict or len(value) != 1:
        raise ProtocolError("a value of the message has no known form")
    ((tag, content),) = value.items()
    try:
        if tag == "t":
            return tuple(decode(item, resolve, depth + 1) for item in content)
        if tag == "d":
            return {decode(k, resolve, depth + 1): decode(v, resolve, depth + 1) for k, v in content}
        if tag == "s":
            return {decode(item, resolve, depth + 1) for item in content}
        if tag == "f":
            return frozenset(decode(item, resolve, depth + 1) for item in content)
        if tag == "b":
            return content.encode("latin-1")
    except (TypeError, ValueError, AttributeError, UnicodeError) as error:
        raise ProtocolError("a value of the message has no known form") from error
    return resolve(tag, content)


def describe(error: BaseException) -> str:
    """str(error), whatever the learner made of it."""
    try:
        text = str(error)
        return text if type(text) is str else ""
    except BaseException:  # noqa: BLE001 - hostile __str__
        return ""


def learner_lines(traceback: types.TracebackType | None, folder: str) -> list[str]:
    """The lines of a traceback that are in `folder`, innermost last: "cache.py:12 in get"."""
    lines = []
    while traceback is not None and len(lines) < 50:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(folder + "/"):
            lines.append(f"{code.co_filename[len(folder) + 1:]}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return lines[-4:]
