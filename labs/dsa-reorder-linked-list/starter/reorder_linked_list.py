"""Relinking of singly linked lists in place."""

from linked import Node


def reorder(head: Node | None) -> None:
    """Relinks the list in the order first, last, second, second to last, and so on."""
    raise NotImplementedError


def reverse_in_groups(head: Node | None, size: int) -> Node | None:
    """Reverses each full group of size nodes in place and returns the new head."""
    raise NotImplementedError
