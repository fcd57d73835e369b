import pytest
from complexity import cpu_exponent, peak_bytes, work_exponent
from cycle_entry import cycle_entry
from linked import build_cycle_argument, entry_position, links_unchanged


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="Some tail and loop give another node.")
def test_every_tail_and_loop_of_small_chains():
    for count in range(1, 16):
        for cycle_to in range(count):
            assert entry_position(cycle_entry, [index % 3 for index in range(count)], cycle_to) == cycle_to


@pytest.mark.task(1, concept="linked-list-pointers", misconception="Nodes are marked or links are reversed.")
def test_the_chain_is_left_alone():
    assert links_unchanged(cycle_entry, [1, 2, 3, 4, 5], 2)
    assert links_unchanged(cycle_entry, [1, 2, 3], -1)


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="Visited nodes are remembered.")
def test_memory_does_not_grow():
    assert peak_bytes(cycle_entry, [list(range(3000)), 1500], build_cycle_argument) < 8_000


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="The chain is walked again for each node.")
def test_work_grows_linearly():
    for share in (0, 2, 1):
        small, large = ([list(range(count)), (count - 1) * share // 2] for count in (150, 1200))
        assert work_exponent(cycle_entry, small, large, build_cycle_argument) < 1.5


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="Visited nodes are searched in a list.")
def test_cpu_time_grows_linearly():
    small, large = [list(range(1500)), 700], [list(range(12000)), 5600]
    assert cpu_exponent(cycle_entry, small, large, build_cycle_argument) < 1.7
