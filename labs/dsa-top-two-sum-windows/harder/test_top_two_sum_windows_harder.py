import functools
import random

import pytest
from complexity import work_exponent
from top_two_sum_windows import best_windows_total


def by_recursion(values, k, count):
    @functools.cache
    def best(start, left):
        if left == 0:
            return 0
        if len(values) - start < left * k:
            return None
        taken = best(start + k, left - 1)
        options = [None if taken is None else taken + sum(values[start : start + k]), best(start + 1, left)]
        return max((option for option in options if option is not None), default=None)

    return best(0, count)


@pytest.mark.task(2, concept="prefix-sums", misconception="Windows are chosen greedily, the best first.")
def test_the_single_best_window_may_have_to_go():
    assert best_windows_total([6, 7, 7, 6], 2, 2) == 26
    assert best_windows_total([0, 6, 7, 7, 6, 0], 2, 3) == 26


@pytest.mark.task(2, concept="array-costs", misconception="Fewer windows are returned when they don't all fit.")
def test_windows_that_do_not_fit_have_no_total():
    assert best_windows_total([1, 1, 1], 2, 2) is None
    assert best_windows_total([-4], 1, 1) == -4


@pytest.mark.task(2, weight=2, concept="prefix-sums", misconception="The recurrence misses a case.")
def test_random_forecasts_agree_with_the_recursion():
    rng = random.Random(72)
    for _ in range(200):
        values = [rng.randrange(-5, 6) for _ in range(rng.randrange(14))]
        k, count = rng.randrange(1, 4), rng.randrange(1, 5)
        assert best_windows_total(values, k, count) == by_recursion(tuple(values), k, count)


@pytest.mark.task(
    2, weight=3, concept="complexity-analysis", misconception="The cost grows with the width or the pairs."
)
def test_work_grows_linearly_with_the_forecast():
    rng = random.Random(73)
    values = [rng.randrange(-100, 100) for _ in range(1600)]
    assert work_exponent(best_windows_total, [values[:200], 50, 3], [values, 400, 3]) < 1.5
