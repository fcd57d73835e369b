import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, peak_bytes, work_exponent
from pair_sum_sorted_count import count_pairs


def by_trying(values, target):
    return sum(values[i] + values[j] == target for i in range(len(values)) for j in range(i + 1, len(values)))


def spread(count):
    rng = random.Random(41)
    return sorted(rng.randrange(10**6) for _ in range(count))


def two_runs(count):
    return [1] * (count // 2) + [2] * (count - count // 2)


@pytest.mark.task(1, weight=2, concept="two-pointers", misconception="Runs of equal values are counted wrongly.")
def test_random_lists_agree_with_trying_every_pair():
    rng = random.Random(20261123)
    for _ in range(250):
        values = sorted(rng.randrange(-4, 5) for _ in range(rng.randrange(14)))
        target = rng.randrange(-8, 9)
        assert count_pairs(values, target) == by_trying(values, target)


@pytest.mark.task(1, concept="array-costs", misconception="Values are removed from the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(count_pairs, [[1, 2, 2, 3], 4])


@pytest.mark.task(1, weight=2, concept="array-costs", misconception="A dictionary of counts or a copy is kept.")
def test_memory_does_not_grow():
    assert peak_bytes(count_pairs, [spread(2_000), 10**6]) < 8_000


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="Pairs are tried or counted one by one.")
def test_work_grows_linearly():
    assert work_exponent(count_pairs, [spread(150), 10**6], [spread(1200), 10**6]) < 1.5
    assert work_exponent(count_pairs, [two_runs(150), 3], [two_runs(1200), 3]) < 1.5
    assert work_exponent(count_pairs, [[1] * 150, 2], [[1] * 1200, 2]) < 1.5


@pytest.mark.task(1, weight=2, concept="complexity-analysis", misconception="The list is searched for each partner.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(count_pairs, [spread(1500), 10**6], [spread(12000), 10**6]) < 1.7
