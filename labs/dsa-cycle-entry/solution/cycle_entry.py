"""Loops in chains: where they begin and how long they are."""

from collections.abc import Callable

from linked import Node


def cycle_entry(head: Node | None) -> Node | None:
    """Returns the first node that a walk from head meets twice, or None if the walk ends.

    Complexity: once the slow pointer is in the loop, the gap closes by one a step, so they meet within t + c steps:
    O(n) time, two references. They meet when the slow one has made s steps and the fast one 2s, so s is a multiple of
    c. From there t more steps lead to the entry (t + s steps from the head, s of them whole rounds), and t steps lead
    there from the head too: walking both at one pace, they first agree at the entry.
    """
    slow = fast = head
    while fast is not None and fast.next is not None:
        slow = slow.next
        fast = fast.next.next
        if slow is fast:
            other = head
            while other is not slow:
                other = other.next
                slow = slow.next
            return other
    return None


def cycle_shape(start: int, step: Callable[[int], int]) -> tuple[int, int]:
    """Returns the length of the tail and of the loop of the walk from start.

    Complexity: Brent's algorithm. The resting state moves up at powers of two; the loop is known at the latest when the
    power exceeds both t and c, after fewer than 3 max(t, c) calls; then c calls give one walker a lead of c, and both
    need t more to meet at the entry: fewer than 3 max(t, c) + c + 2t calls, which is at most 5 (t + c). O(1) memory.
    """
    power = cycle = 1
    resting, moving = start, step(start)
    while resting != moving:
        if power == cycle:
            resting, power, cycle = moving, power * 2, 0
        moving = step(moving)
        cycle += 1
    ahead = start
    for _ in range(cycle):
        ahead = step(ahead)
    tail = 0
    behind = start
    while behind != ahead:
        behind, ahead = step(behind), step(ahead)
        tail += 1
    return tail, cycle
