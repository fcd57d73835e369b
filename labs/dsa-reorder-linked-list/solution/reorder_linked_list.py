"""Relinking of singly linked lists in place."""

from linked import Node


def reorder(head: Node | None) -> None:
    """Relinks the list in the order first, last, second, second to last, and so on.

    Complexity: finding the middle, reversing the second half and zipping visit each node a constant number of times:
    O(n) time. A fixed number of references is held: O(1) memory.
    """
    if head is None:
        return
    middle = fast = head
    while fast.next is not None and fast.next.next is not None:
        middle = middle.next
        fast = fast.next.next
    second = _reverse(middle.next)
    middle.next = None
    first = head
    while second is not None:
        following = second.next
        second.next = first.next
        first.next = second
        first = second.next
        second = following


def reverse_in_groups(head: Node | None, size: int) -> Node | None:
    """Reverses each full group of size nodes in place and returns the new head.

    Complexity: each node is looked at once to see whether its group is full and relinked once: O(n) time, O(1) memory.
    """
    before = None
    first = head
    while _is_at_least(first, size):
        last = first
        previous = None
        for _ in range(size):
            following = first.next
            first.next = previous
            previous, first = first, following
        last.next = first
        if before is None:
            head = previous
        else:
            before.next = previous
        before = last
    return head


def _reverse(node: Node | None) -> Node | None:
    previous = None
    while node is not None:
        following = node.next
        node.next = previous
        previous, node = node, following
    return previous


def _is_at_least(node: Node | None, size: int) -> bool:
    while node is not None and size > 0:
        node = node.next
        size -= 1
    return size == 0
