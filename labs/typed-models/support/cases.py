"""Classes that the tests parse into, and what came of it as plain data. It runs beside your code."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union

import validation

T = TypeVar("T")


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0


@dataclass
class Shape:
    name: str
    points: list[Point]
    tags: dict[str, int] = field(default_factory=dict)
    style: Literal["solid", "dashed", 1] = "solid"
    label: Optional[str] = None


@dataclass(frozen=True)
class Interval:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low must not be above high")


@dataclass
class Tree:
    value: int
    children: list[Tree] = field(default_factory=list)


@dataclass
class Choice:
    one: Union[int, str]
    two: Point | None = None
    three: list[int] | Point | None = None
    four: Point | Interval | None = None


@dataclass
class Page(Generic[T]):
    items: list[T]
    next: str | None = None


def _hints() -> dict[str, Any]:
    hints: dict[str, Any] = {
        "str": str, "int": int, "float": float, "bool": bool, "none": None, "any": Any,
        "ints": list[int], "pair": tuple[int, ...], "scores": dict[str, float], "deep": dict[str, list[dict[str, int]]],
        "literal": Literal["a", 1, None], "point": Point, "shape": Shape, "interval": Interval, "tree": Tree,
        "choice": Choice, "shapes": list[Shape], "intervals": dict[str, Interval], "page of points": Page[Point],
        "page of ints": Page[int], "set": set[int], "bytes": bytes, "fixed": tuple[int, str], "numbered": dict[int, str],
    }  # fmt: skip
    return hints


def _hint(name: str) -> Any:
    if name in ("message", "usage", "request", "requests"):
        import models

        requests = list[models.ChatRequest]
        return {"message": models.Message, "usage": models.Usage, "request": models.ChatRequest, "requests": requests}[name]
    if name == "ranged":
        return list[Annotated[int, "a note", validation.Range(1, 8)]]
    if name == "ranged or text":
        return Annotated[float, validation.Range(0, 1)] | str
    return _hints()[name]


def shown(value: Any) -> Any:
    """The value with the names of its types, as plain data."""
    if is_dataclass(value):
        return {"class": type(value).__name__, **{f.name: shown(getattr(value, f.name)) for f in fields(value)}}
    if type(value) is tuple:
        return ("tuple", *(shown(item) for item in value))
    if type(value) is list:
        return [shown(item) for item in value]
    if type(value) is dict:
        return {key: shown(item) for key, item in value.items()}
    return value


def parsed(name: str, data: Any) -> Any:
    """What parse returns for a hint of this file."""
    return shown(validation.parse(_hint(name), data))


def problems(name: str, data: Any) -> list[tuple[str, str]]:
    """Path and message of each problem; empty when there is none."""
    try:
        validation.parse(_hint(name), data)
    except validation.ValidationError as error:
        return [(problem.path, problem.message) for problem in error.problems]
    return []


def nested(depth: int) -> list[tuple[str, str]]:
    """The problems of a tree that is as deep as that."""
    data: Any = {"value": 0}
    for _ in range(depth):
        data = {"value": 0, "children": [data]}
    return problems("tree", data)


def there_and_back(name: str, data: Any) -> tuple[Any, bool]:
    """The plain form of what was parsed, and whether parsing that gives an equal value."""
    value = validation.parse(_hint(name), data)
    plain = validation.to_plain(value)
    return plain, validation.parse(_hint(name), plain) == value


def same_key(first: Any, second: Any) -> tuple[bool, bool]:
    """Whether two requests are equal, and whether their hashes are."""
    one, other = validation.parse(_hint("request"), first), validation.parse(_hint("request"), second)
    return one == other, hash(one) == hash(other)


def parse_shapes(places: list[int]) -> int:
    """Parses a shape for each place, and says how many came out."""
    shape = {"name": "s", "points": [{"x": 1, "y": 2.5}, {"x": 0}], "tags": {"a": 1}}
    return len(validation.parse(list[Shape], [shape for _ in places]))
