"""Merging logs that are sorted by time."""

from collections.abc import Callable, Iterator


def merge_logs(logs: list[list[tuple[int, str]]]) -> list[tuple[int, str]]:
    """Returns the entries of all logs by time, of equal times in the order of the logs."""
    raise NotImplementedError


def merge_live(count: int, pull: Callable[[int], tuple[int, str] | None]) -> Iterator[tuple[int, str]]:
    """Yields the entries of count logs in the same order, reading each log one entry at a time through pull."""
    raise NotImplementedError
