"""Loops in chains: where they begin and how long they are."""

from collections.abc import Callable

from linked import Node


def cycle_entry(head: Node | None) -> Node | None:
    """Returns the first node that a walk from head meets twice, or None if the walk ends."""
    raise NotImplementedError


def cycle_shape(start: int, step: Callable[[int], int]) -> tuple[int, int]:
    """Returns the length of the tail and of the loop of the walk from start."""
    raise NotImplementedError
