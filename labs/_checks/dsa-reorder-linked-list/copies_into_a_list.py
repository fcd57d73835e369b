# must fail: test_memory
def reorder(head):
    nodes = []
    while head is not None:
        nodes.append(head)
        head = head.next
    low, high, order = 0, len(nodes) - 1, []
    while low <= high:
        order.append(nodes[low])
        if low < high:
            order.append(nodes[high])
        low, high = low + 1, high - 1
    for node, following in zip(order, order[1:] + [None]):
        node.next = following
