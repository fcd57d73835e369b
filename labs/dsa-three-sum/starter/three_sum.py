"""Triples of values with a given sum."""


def zero_triples(offsets: list[int]) -> list[tuple[int, int, int]]:
    """Returns the distinct triples of values that sum to zero, each ascending, in ascending order."""
    raise NotImplementedError


def count_triples_below(values: list[int], limit: int) -> int:
    """Returns how many triples of positions have a sum strictly below limit."""
    raise NotImplementedError
