import pytest
from complexity import peak_bytes, work_exponent
from linked import build_argument, rearranged
from reorder_linked_list import reverse_in_groups


@pytest.mark.task(2, concept="linked-list-pointers", misconception="The last, short group is reversed too.")
def test_a_short_last_group_keeps_its_order():
    assert rearranged(reverse_in_groups, [1, 2, 3, 4, 5], 2)["values"] == [2, 1, 4, 3, 5]
    assert rearranged(reverse_in_groups, [1, 2], 3)["values"] == [1, 2]


@pytest.mark.task(2, weight=3, concept="linked-list-pointers", misconception="Groups aren't linked to each other.")
def test_every_length_and_size_agree_with_slicing():
    for count in range(14):
        for size in range(1, 8):
            values = list(range(count))
            expected = []
            for start in range(0, count, size):
                group = values[start : start + size]
                expected += group[::-1] if len(group) == size else group
            found = rearranged(reverse_in_groups, values, size)
            assert found["values"] == expected
            assert found["same_nodes"] and found["ends"]


@pytest.mark.task(
    2, weight=2, concept="linked-list-pointers", misconception="Groups are copied or found from the head."
)
def test_work_is_linear_and_memory_constant():
    small, large = [list(range(200)), 3], [list(range(1600)), 3]
    assert work_exponent(reverse_in_groups, small, large, build_argument) < 1.5
    assert peak_bytes(reverse_in_groups, [list(range(3000)), 1500], build_argument) < 8_000
