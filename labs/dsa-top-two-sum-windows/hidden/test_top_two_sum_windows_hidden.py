import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from top_two_sum_windows import best_two_windows


def by_trying(values, k):
    pairs = [(i, j) for i in range(len(values) - k + 1) for j in range(i + k, len(values) - k + 1)]
    return max(
        pairs, key=lambda p: (sum(values[p[0] : p[0] + k] + values[p[1] : p[1] + k]), -p[0], -p[1]), default=None
    )


def forecast(count):
    rng = random.Random(71)
    return [rng.randrange(-1000, 1000) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="prefix-sums", misconception="A better or an earlier pair is missed.")
def test_random_forecasts_agree_with_trying_every_pair():
    rng = random.Random(20261123)
    for _ in range(250):
        values = [rng.randrange(-3, 4) for _ in range(rng.randrange(14))]
        k = rng.randrange(1, 5)
        found = best_two_windows(values, k)
        assert (found if found is None else tuple(found)) == by_trying(values, k)


@pytest.mark.task(1, concept="array-costs", misconception="Sums are written into the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(best_two_windows, [[1, 5, 2, 2, 7], 2])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="All pairs of windows are tried.")
def test_work_grows_linearly_with_short_windows():
    assert work_exponent(best_two_windows, [forecast(150), 3], [forecast(1200), 3]) < 1.5


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="Each window is added up anew.")
def test_work_grows_linearly_with_long_windows():
    assert work_exponent(best_two_windows, [forecast(150), 50], [forecast(1200), 400]) < 1.5


@pytest.mark.task(1, weight=2, concept="array-costs", misconception="A slice of k is made and summed for each window.")
def test_cpu_time_grows_linearly_with_long_windows():
    assert cpu_exponent(best_two_windows, [forecast(1500), 500], [forecast(12000), 4000]) < 1.7
