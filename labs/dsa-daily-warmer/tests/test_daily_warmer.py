import pytest
from daily_warmer import until_slower


@pytest.mark.task(1, concept="monotonic-stack", misconception="Only the next deployment is looked at.")
def test_distance_to_the_next_greater():
    assert until_slower([73, 74, 75, 71, 69, 72, 76, 73]) == [1, 1, 4, 2, 1, 1, 0, 0]


@pytest.mark.task(1, concept="monotonic-stack", misconception="An equal latency counts as slower.")
def test_equal_is_not_slower():
    assert until_slower([5, 5, 6]) == [2, 1, 0]
    assert until_slower([4, 4]) == [0, 0]


@pytest.mark.task(1, concept="monotonic-stack", misconception="Positions that are never answered keep a wrong value.")
def test_a_falling_sequence_never_gets_slower():
    assert until_slower([9, 8, 7]) == [0, 0, 0]


@pytest.mark.task(1, concept="monotonic-stack", misconception="The top of an empty stack is read.")
def test_short_inputs():
    assert until_slower([]) == []
    assert until_slower([3]) == [0]


@pytest.mark.task(1, concept="monotonic-stack", misconception="A new latency answers only one waiting position.")
def test_one_latency_answers_all_that_wait():
    assert until_slower([3, 2, 1, 4]) == [3, 2, 1, 0]
