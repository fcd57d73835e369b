"""Non-overlapping windows with the greatest sum."""


def best_two_windows(capacity: list[int], k: int) -> tuple[int, int] | None:
    """Returns the starts of the two windows of k with the greatest total, the smallest starts first, or None."""
    raise NotImplementedError


def best_windows_total(capacity: list[int], k: int, count: int) -> int | None:
    """Returns the greatest total of count windows of k minutes that don't overlap, or None."""
    raise NotImplementedError
