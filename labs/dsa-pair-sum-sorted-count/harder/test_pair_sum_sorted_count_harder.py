import random

import pytest
from complexity import peak_bytes, work_exponent
from pair_sum_sorted_count import count_pairs_between


@pytest.mark.task(2, concept="two-pointers", misconception="A bound is left out.")
def test_both_bounds_are_included():
    assert count_pairs_between([1, 2, 3, 4], 4, 6) == 4
    assert count_pairs_between([1, 2, 3, 4], 6, 4) == 0
    assert count_pairs_between([], 0, 9) == 0


@pytest.mark.task(2, weight=2, concept="two-pointers", misconception="A step counts too many or too few pairs.")
def test_random_ranges_agree_with_trying_every_pair():
    rng = random.Random(42)
    for _ in range(200):
        values = sorted(rng.randrange(-4, 5) for _ in range(rng.randrange(14)))
        low = rng.randrange(-8, 9)
        high = low + rng.randrange(-1, 6)
        size = len(values)
        expected = sum(low <= values[i] + values[j] <= high for i in range(size) for j in range(i + 1, size))
        assert count_pairs_between(values, low, high) == expected


@pytest.mark.task(2, weight=3, concept="complexity-analysis", misconception="Pairs are counted one by one.")
def test_work_is_linear_and_memory_constant():
    values = list(range(2_000))
    small, large = [values[:250], 100, 400], [values, 800, 3200]
    assert work_exponent(count_pairs_between, small, large) < 1.5
    assert peak_bytes(count_pairs_between, [values, 100, 3_000]) < 8_000
