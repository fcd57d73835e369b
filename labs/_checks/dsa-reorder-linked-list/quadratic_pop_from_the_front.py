# must fail: test_work_grows
def reorder(head):
    nodes = []
    while head is not None:
        nodes.append(head)
        head = head.next
    order = []
    while nodes:
        order.append(nodes.pop(0))
        if nodes:
            order.append(nodes.pop())
    for node, following in zip(order, order[1:] + [None]):
        node.next = following
