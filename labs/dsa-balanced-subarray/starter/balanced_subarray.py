"""Stretches of a log in which all arms occur equally often."""


def longest_balanced(events: list[str]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch with as many "a" as "b"; (0, 0) if there is
    none.
    """
    raise NotImplementedError


def longest_balanced_arms(events: list[str], arms: list[str]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch that holds every arm equally often."""
    raise NotImplementedError
