# must fail: test_work_grows
def cycle_entry(head):
    node, steps = head, 0
    while node is not None:
        other = head
        for _ in range(steps):
            if other is node:
                return node
            other = other.next
        node, steps = node.next, steps + 1
    return None
