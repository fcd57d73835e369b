"""Pairs of heights: the best link and the backlog between them."""


def best_link(capacities: list[int]) -> int:
    """Returns the largest min(capacities[i], capacities[j]) * (j - i) over i < j, or 0."""
    raise NotImplementedError


def held_back(levels: list[int]) -> int:
    """Returns how much is held back between the levels in total."""
    raise NotImplementedError
