import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, peak_bytes, work_exponent
from most_water import best_link


def by_trying(values):
    size = len(values)
    return max([0] + [min(values[i], values[j]) * (j - i) for i in range(size) for j in range(i + 1, size)])


def stations(count):
    rng = random.Random(31)
    return [rng.randrange(10**9) for _ in range(count)]


def hill(count):
    return [min(index, count - index) ** 2 for index in range(count)]


@pytest.mark.task(
    1, weight=2, concept="two-pointers", misconception="The better pair is dropped in some order of capacities."
)
def test_random_lines_agree_with_trying_every_pair():
    rng = random.Random(20261123)
    for _ in range(250):
        values = [rng.randrange(12) for _ in range(rng.randrange(14))]
        assert best_link(values) == by_trying(values)


@pytest.mark.task(1, concept="array-costs", misconception="The caller's list is sorted or consumed.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(best_link, [[3, 1, 2, 5]])


@pytest.mark.task(1, weight=2, concept="array-costs", misconception="Copies or index lists are kept beside the input.")
def test_memory_does_not_grow():
    assert peak_bytes(best_link, [stations(2_000)]) < 8_000


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="Every pair is tried.")
def test_work_grows_linearly():
    assert work_exponent(best_link, [stations(150)], [stations(1200)]) < 1.5
    assert work_exponent(best_link, [hill(150)], [hill(1200)]) < 1.5


@pytest.mark.task(
    1, weight=2, concept="complexity-analysis", misconception="A scan inside the loop makes it quadratic."
)
def test_cpu_time_grows_linearly():
    assert cpu_exponent(best_link, [stations(1500)], [stations(12000)]) < 1.7
