import pytest
from balanced_subarray import longest_balanced


@pytest.mark.task(1, concept="prefix-sums", misconception="A later stretch of equal length replaces the first.")
def test_the_leftmost_of_the_longest_is_returned():
    assert tuple(longest_balanced(["a", "b", "b", "a", "b"])) == (0, 4)


@pytest.mark.task(1, concept="prefix-sums", misconception="Only stretches from the first event are considered.")
def test_a_stretch_may_start_later():
    assert tuple(longest_balanced(["a", "a", "b"])) == (1, 2)


@pytest.mark.task(1, concept="prefix-sums", misconception="Other events end a stretch or are left out of its length.")
def test_held_out_events_are_part_of_the_stretch():
    assert tuple(longest_balanced(["a", "-", "a"])) == (1, 1)
    assert tuple(longest_balanced(["a", "-", "-", "b"])) == (0, 4)


@pytest.mark.task(1, concept="prefix-sums", misconception="An empty stretch is reported at another place.")
def test_nothing_balanced_gives_zeros():
    assert tuple(longest_balanced([])) == (0, 0)
    assert tuple(longest_balanced(["b", "b"])) == (0, 0)


@pytest.mark.task(1, concept="hash-map-design", misconception="The last place of a balance is kept, not the first.")
def test_balances_that_return_keep_their_first_place():
    assert tuple(longest_balanced(["a", "b", "a", "b", "a", "b"])) == (0, 6)
