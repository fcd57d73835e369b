"""Pairs with a given sum in a sorted list."""


def count_pairs(lengths: list[int], target: int) -> int:
    """Returns how many pairs of positions have the given sum; lengths is ascending."""
    raise NotImplementedError


def count_pairs_between(lengths: list[int], low: int, high: int) -> int:
    """Returns how many pairs of positions have a sum from low to high, both included."""
    raise NotImplementedError
