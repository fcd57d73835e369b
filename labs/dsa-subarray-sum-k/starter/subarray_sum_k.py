"""Spans of a ledger that have a given total."""


def count_spans(deltas: list[int], k: int) -> int:
    """Returns how many non-empty spans of neighbouring entries have the total k."""
    raise NotImplementedError


def longest_span(deltas: list[int], k: int) -> tuple[int, int] | None:
    """Returns (i, j) of the longest, then leftmost, span with the total k, or None."""
    raise NotImplementedError
