# must fail: test_cpu_time_grows
def cycle_entry(head):
    visited = []
    while head is not None:
        if head in visited:
            return head
        visited.append(head)
        head = head.next
    return None
