"""Singly linked nodes, and what tests need to look at them from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Node:
    """A value and the next node, None at the end."""

    __slots__ = ("value", "next")

    def __init__(self, value: Any, next: Node | None = None) -> None:
        self.value = value
        self.next = next

    def __repr__(self) -> str:
        return f"Node({self.value!r})"


def build(values: list[Any], cycle_to: int = -1) -> Node | None:
    """Links values in their order; the last node leads back to position cycle_to, or to nothing if that is -1."""
    nodes = [Node(value) for value in values]
    for node, following in zip(nodes, nodes[1:]):
        node.next = following
    if nodes and cycle_to >= 0:
        nodes[-1].next = nodes[cycle_to]
    return nodes[0] if nodes else None


def build_argument(values: list[Any], *rest: Any) -> list[Any]:
    """The arguments of a function that takes a list without a cycle first."""
    return [build(values), *rest]


def build_cycle_argument(values: list[Any], cycle_to: int) -> list[Any]:
    """The arguments of a function that takes nothing but a list with a cycle."""
    return [build(values, cycle_to)]


def rearranged(function: Callable[..., Any], values: list[Any], *rest: Any) -> dict[str, Any]:
    """Builds a list, calls function(head, ...) and follows the list from the node returned, or else from head.

    Returns "values" in their new order, "same_nodes" (the very nodes that were given, each still with its value) and
    "ends" (False when the list runs in a circle).
    """
    head = build(values)
    given: dict[int, Node] = {}
    node = head
    while node is not None:
        given[id(node)] = node
        node = node.next
    kept = {name: node.value for name, node in given.items()}
    returned = function(head, *rest)
    node = head if returned is None else returned
    found: list[Node] = []
    while node is not None and len(found) <= len(values):
        found.append(node)
        node = node.next
    same = {id(node) for node in found} == set(given) and all(kept.get(id(node)) == node.value for node in found)
    return {"values": [node.value for node in found], "same_nodes": same, "ends": len(found) <= len(values)}


def entry_position(function: Callable[..., Any], values: list[Any], cycle_to: int) -> int | None:
    """Position of the node that function(head) returns in such a list, None for None, -1 for any other thing."""
    head = build(values, cycle_to)
    returned = function(head)
    if returned is None:
        return None
    node = head
    for position in range(len(values)):
        if node is returned:
            return position
        node = node.next
    return -1


def links_unchanged(function: Callable[..., Any], values: list[Any], cycle_to: int) -> bool:
    """Whether function(head) leaves every value and every link as it was."""
    head = build(values, cycle_to)

    def walk() -> list[tuple[int, Any]]:
        steps = []
        node = head
        while node is not None and len(steps) < 2 * len(values) + 1:
            steps.append((id(node), node.value))
            node = node.next
        return steps

    before = walk()
    function(head)
    return walk() == before


def orbit(function: Callable[..., Any], tail: int, cycle: int) -> dict[str, Any]:
    """Calls function(0, step), where step counts up from 0 and leads from tail + cycle - 1 back to tail."""
    calls = 0

    def step(number: int) -> int:
        nonlocal calls
        calls += 1
        return number + 1 if number + 1 < tail + cycle else tail

    found = function(0, step)
    return {"shape": tuple(found), "calls": calls}
