import pytest
from complexity import peak_bytes
from cycle_entry import cycle_shape
from linked import orbit


@pytest.mark.task(2, concept="linked-list-pointers", misconception="The tail or the loop is off by one.")
def test_the_shape_of_small_walks():
    for tail in range(8):
        for cycle in range(1, 8):
            assert orbit(cycle_shape, tail, cycle)["shape"] == (tail, cycle)


@pytest.mark.task(2, concept="linked-list-pointers", misconception="States are taken for positions.")
def test_states_may_be_any_numbers():
    following = {-7: 100, 100: 3, 3: 55, 55: 100}
    assert tuple(cycle_shape(-7, lambda state: following[state])) == (1, 3)


@pytest.mark.task(2, weight=3, concept="linked-list-pointers", misconception="The walk is repeated for each state.")
def test_few_calls_of_step_are_made():
    for tail, cycle in ((0, 1), (1, 1), (500, 1), (0, 512), (511, 513), (700, 3), (3, 700), (64, 64), (129, 1)):
        found = orbit(cycle_shape, tail, cycle)
        assert found["shape"] == (tail, cycle)
        assert found["calls"] <= 5 * (tail + cycle) + 5


@pytest.mark.task(2, weight=2, concept="linked-list-pointers", misconception="Visited states are remembered.")
def test_memory_of_the_walk_does_not_grow():
    assert peak_bytes(orbit, [cycle_shape, 2000, 2000]) < 8_000
