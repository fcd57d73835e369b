# must fail: test_the_nodes_are_the_same
def reorder(head):
    nodes = []
    node = head
    while node is not None:
        nodes.append(node)
        node = node.next
    values = [node.value for node in nodes]
    for index, node in enumerate(nodes):
        node.value = values[index // 2] if index % 2 == 0 else values[-1 - index // 2]
