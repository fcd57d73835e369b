import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from subarray_sum_k import count_spans


def by_trying(deltas, k):
    size = len(deltas)
    return sum(sum(deltas[i:j]) == k for i in range(size) for j in range(i + 1, size + 1))


def ledger(count):
    rng = random.Random(11)
    return [rng.randrange(-1000, 1000) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="prefix-sums", misconception="Some spans are missed or counted twice.")
def test_random_ledgers_agree_with_trying_every_span():
    rng = random.Random(20261123)
    for _ in range(150):
        deltas = [rng.randrange(-3, 4) for _ in range(rng.randrange(18))]
        k = rng.randrange(-4, 5)
        assert count_spans(deltas, k) == by_trying(deltas, k)


@pytest.mark.task(1, concept="prefix-sums", misconception="Spans are listed one by one.")
def test_a_ledger_of_zeros_has_all_spans():
    assert count_spans([0] * 20_000, 0) == 20_000 * 20_001 // 2


@pytest.mark.task(1, concept="prefix-sums", misconception="Only non-negative totals are considered.")
def test_the_total_may_be_negative():
    assert count_spans([-2, -3, 5, -5], -5) == 3


@pytest.mark.task(1, concept="array-costs", misconception="Prefix sums are written into the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(count_spans, [[1, 2, -2, 4], 3])


@pytest.mark.task(
    1, weight=3, concept="complexity-analysis", misconception="Every pair of a start and an end is tried."
)
def test_work_grows_linearly():
    assert work_exponent(count_spans, [ledger(150), 7], [ledger(1200), 7]) < 1.5


@pytest.mark.task(1, weight=2, concept="hash-map-design", misconception="Earlier sums are searched in a list.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(count_spans, [ledger(1500), 7], [ledger(12000), 7]) < 1.7
