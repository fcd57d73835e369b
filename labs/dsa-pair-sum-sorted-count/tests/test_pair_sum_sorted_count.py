import pytest
from pair_sum_sorted_count import count_pairs


@pytest.mark.task(1, concept="two-pointers", misconception="The pointers stop at the first match.")
def test_all_matches_count():
    assert count_pairs([1, 2, 3, 4, 5], 6) == 2


@pytest.mark.task(
    1, concept="two-pointers", misconception="A run that pairs with itself is counted as left times right."
)
def test_equal_values_pair_among_themselves():
    assert count_pairs([2, 2, 2], 4) == 3


@pytest.mark.task(1, concept="two-pointers", misconception="Both pointers move one step after a match in a run.")
def test_runs_of_equal_values_multiply():
    assert count_pairs([1, 1, 3, 3, 3], 4) == 6


@pytest.mark.task(1, concept="two-pointers", misconception="A position is paired with itself.")
def test_a_position_is_not_its_own_partner():
    assert count_pairs([4], 8) == 0
    assert count_pairs([], 0) == 0


@pytest.mark.task(1, concept="two-pointers", misconception="Negative values or a negative target are not considered.")
def test_values_may_be_negative():
    assert count_pairs([-5, -3, 0, 3, 5], 0) == 2
