import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from range_increments import load_curve


def minute_by_minute(minutes, reservations):
    return [sum(load for first, last, load in reservations if first <= i <= last) for i in range(minutes)]


def wide(minutes):
    rng = random.Random(61)
    return [minutes, [(rng.randrange(minutes // 4), rng.randrange(minutes // 2, minutes), 1) for _ in range(minutes)]]


@pytest.mark.task(1, weight=2, concept="prefix-sums", misconception="A range is one minute too long or too short.")
def test_random_reservations_agree_with_adding_minute_by_minute():
    rng = random.Random(20261123)
    for _ in range(150):
        minutes = rng.randrange(1, 12)
        reservations = []
        for _ in range(rng.randrange(10)):
            first = rng.randrange(minutes)
            reservations.append((first, rng.randrange(first, minutes), rng.randrange(-5, 6)))
        assert load_curve(minutes, reservations) == minute_by_minute(minutes, reservations)


@pytest.mark.task(1, concept="array-costs", misconception="The caller's list is sorted or consumed.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(load_curve, [4, [(2, 3, 1), (0, 1, 2)]])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="Each range is added minute by minute.")
def test_work_grows_linearly_with_wide_ranges():
    assert work_exponent(load_curve, wide(150), wide(1200)) < 1.5


@pytest.mark.task(
    1, weight=2, concept="array-costs", misconception="A slice as long as the range is written each time."
)
def test_cpu_time_grows_linearly_with_wide_ranges():
    assert cpu_exponent(load_curve, wide(800), wide(6400)) < 1.7
