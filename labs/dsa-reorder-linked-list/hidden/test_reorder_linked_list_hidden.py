import pytest
from complexity import cpu_exponent, peak_bytes, work_exponent
from linked import build_argument, rearranged
from reorder_linked_list import reorder


def interleaved(values):
    half = (len(values) + 1) // 2
    result = []
    for index in range(half):
        result.append(values[index])
        if index < len(values) - half:
            result.append(values[-1 - index])
    return result


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="Some length is cut or zipped wrongly.")
def test_lists_of_every_length_agree_with_indexing():
    for count in range(40):
        values = [index % 7 for index in range(count)]
        found = rearranged(reorder, values)
        assert found["values"] == interleaved(values)
        assert found["same_nodes"] and found["ends"]


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="The solution recurses once a node.")
def test_a_long_list_needs_no_recursion():
    found = rearranged(reorder, list(range(5000)))
    assert found["values"] == interleaved(list(range(5000)))


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="The nodes are copied into a Python list.")
def test_memory_does_not_grow():
    assert peak_bytes(reorder, [list(range(3000))], build_argument) < 8_000


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="The last node is searched each time.")
def test_work_grows_linearly():
    assert work_exponent(reorder, [list(range(150))], [list(range(1200))], build_argument) < 1.5


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="The list is walked once a node.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(reorder, [list(range(1500))], [list(range(12000))], build_argument) < 1.7
