import pytest
from three_sum import zero_triples


@pytest.mark.task(1, concept="two-pointers", misconception="A triple is missed after a match, or listed twice.")
def test_each_triple_of_values_is_listed_once():
    assert zero_triples([-1, 0, 1, 2, -1, -4]) == [(-1, -1, 2), (-1, 0, 1)]


@pytest.mark.task(1, concept="two-pointers", misconception="Equal values are skipped within a triple too.")
def test_a_value_may_occur_three_times():
    assert zero_triples([0, 0, 0, 0]) == [(0, 0, 0)]


@pytest.mark.task(1, concept="two-pointers", misconception="One position is used twice.")
def test_a_position_is_used_once():
    assert zero_triples([1, 2, -2]) == []
    assert zero_triples([0, 0]) == []


@pytest.mark.task(1, concept="array-costs", misconception="Short inputs are indexed out of range.")
def test_short_inputs_have_no_triple():
    assert zero_triples([]) == []
    assert zero_triples([0]) == []


@pytest.mark.task(1, concept="two-pointers", misconception="The pointers stop at the first match.")
def test_one_smallest_value_may_start_several_triples():
    assert zero_triples([-4, 1, 3, 2, 2, 0, 4]) == [(-4, 0, 4), (-4, 1, 3), (-4, 2, 2)]
