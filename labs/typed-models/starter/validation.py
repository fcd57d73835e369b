"""Turns loose data into typed values, or says everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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


def parse(hint: Any, data: Any) -> Any:
    """Returns data as a value of type hint; raises ValidationError with all its problems."""
    raise NotImplementedError


def to_plain(value: Any) -> Any:
    """Returns what json.dumps takes, and what parse would make the value of again."""
    raise NotImplementedError
