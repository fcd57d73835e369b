import pytest
from top_two_sum_windows import best_two_windows


@pytest.mark.task(1, concept="prefix-sums", misconception="The two best windows are taken although they overlap.")
def test_the_best_pair_does_not_overlap():
    assert tuple(best_two_windows([1, 2, 5, 1, 1, 6, 2], 2)) == (1, 5)
    assert tuple(best_two_windows([0, 5, 9, 9, 5, 0, 0], 2)) == (1, 3)


@pytest.mark.task(1, concept="prefix-sums", misconception="Of equal pairs a later one is returned.")
def test_the_earliest_of_equal_pairs_is_returned():
    assert tuple(best_two_windows([3, 3, 3, 3], 1)) == (0, 1)


@pytest.mark.task(1, concept="prefix-sums", misconception="The best sum starts at zero, so negative sums never win.")
def test_sums_may_be_negative():
    assert tuple(best_two_windows([-5, -1, -9, -2], 1)) == (1, 3)


@pytest.mark.task(1, concept="array-costs", misconception="Windows are cut off at the end of the list.")
def test_windows_that_do_not_fit_give_none():
    assert best_two_windows([4, 4, 4], 2) is None
    assert best_two_windows([], 1) is None


@pytest.mark.task(1, concept="array-costs", misconception="The last window is never looked at.")
def test_windows_may_fill_the_list():
    assert tuple(best_two_windows([1, 2, 3, 4], 2)) == (0, 2)
