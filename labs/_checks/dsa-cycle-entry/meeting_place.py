# must fail: test_the_entry_is_found
def cycle_entry(head):
    slow = fast = head
    while fast is not None and fast.next is not None:
        slow, fast = slow.next, fast.next.next
        if slow is fast:
            return slow
    return None
