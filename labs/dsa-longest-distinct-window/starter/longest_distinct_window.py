"""Longest stretches of tokens with a bound on repetition."""


def longest_distinct(tokens: list[int]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch of tokens that are all different."""
    raise NotImplementedError


def longest_with_kinds(tokens: list[int], kinds: int) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch with at most kinds different tokens."""
    raise NotImplementedError
