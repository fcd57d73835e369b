import pytest
from range_increments import load_curve


@pytest.mark.task(
    1, concept="prefix-sums", misconception="The last minute of a range is left out, or one too many added."
)
def test_ranges_include_both_ends():
    assert load_curve(5, [(1, 3, 2), (2, 4, 3)]) == [0, 2, 5, 5, 3]


@pytest.mark.task(1, concept="prefix-sums", misconception="Negative loads or ranges of one minute are mishandled.")
def test_a_range_of_one_minute_may_lower_the_load():
    assert load_curve(3, [(0, 2, 1), (2, 2, -1)]) == [1, 1, 0]


@pytest.mark.task(1, concept="array-costs", misconception="The end of the last range is written beyond the array.")
def test_a_range_may_end_with_the_timeline():
    assert load_curve(1, [(0, 0, 4), (0, 0, 4)]) == [8]


@pytest.mark.task(1, concept="array-costs", misconception="A timeline without minutes or reservations is an error.")
def test_empty_inputs():
    assert load_curve(2, []) == [0, 0]
    assert load_curve(0, []) == []


@pytest.mark.task(1, concept="prefix-sums", misconception="Ranges that touch share a minute.")
def test_ranges_that_touch_do_not_overlap():
    assert load_curve(4, [(0, 1, 5), (2, 3, 7)]) == [5, 5, 7, 7]
