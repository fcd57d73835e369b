import random

import pytest
from complexity import work_exponent
from daily_warmer import until_slower_around


@pytest.mark.task(2, concept="monotonic-stack", misconception="The search ends at the end of the list.")
def test_the_search_goes_on_at_the_beginning():
    assert until_slower_around([5, 1, 2]) == [0, 1, 1]
    assert until_slower_around([1, 3, 2]) == [1, 0, 2]


@pytest.mark.task(2, concept="monotonic-stack", misconception="A position answers itself a lap later.")
def test_equal_latencies_never_answer():
    assert until_slower_around([4, 4, 4]) == [0, 0, 0]
    assert until_slower_around([]) == []


@pytest.mark.task(2, weight=2, concept="monotonic-stack", misconception="A second lap overwrites answers of the first.")
def test_random_rings_agree_with_looking_ahead():
    rng = random.Random(112)
    for _ in range(200):
        values = [rng.randrange(7) for _ in range(rng.randrange(15))]
        n = len(values)
        expected = [next((d for d in range(1, n) if values[(i + d) % n] > values[i]), 0) for i in range(n)]
        assert until_slower_around(values) == expected


@pytest.mark.task(2, weight=3, concept="monotonic-stack", misconception="Each position walks around the ring.")
def test_work_on_a_ring_grows_linearly():
    small, large = list(range(250, 0, -1)), list(range(2000, 0, -1))
    assert work_exponent(until_slower_around, [small], [large]) < 1.5
