import random

import pytest
from complexity import work_exponent
from range_increments import peak_load


@pytest.mark.task(2, concept="prefix-sums", misconception="A range ends one moment too early or too late.")
def test_ranges_overlap_at_a_shared_end():
    assert tuple(peak_load([(0, 10, 1), (10, 20, 1)])) == (10, 2)
    assert tuple(peak_load([(0, 9, 1), (10, 20, 1)])) == (0, 1)


@pytest.mark.task(2, concept="hash-map-design", misconception="The load outside of all ranges is taken for the peak.")
def test_only_covered_moments_count():
    assert peak_load([]) is None
    assert tuple(peak_load([(5, 8, -3)])) == (5, -3)
    assert tuple(peak_load([(5, 8, -3), (7, 7, 3)])) == (7, 0)


@pytest.mark.task(2, weight=2, concept="prefix-sums", misconception="The earliest peak isn't returned.")
def test_random_ranges_agree_with_trying_every_moment():
    rng = random.Random(62)
    for _ in range(200):
        ranges = []
        for _ in range(rng.randrange(1, 7)):
            first = rng.randrange(12)
            ranges.append((first, rng.randrange(first, 14), rng.randrange(-3, 4)))
        best = None
        for moment in range(15):
            loads = [load for first, last, load in ranges if first <= moment <= last]
            if loads and (best is None or sum(loads) > best[1]):
                best = (moment, sum(loads))
        assert tuple(peak_load(ranges)) == best


@pytest.mark.task(2, weight=3, concept="complexity-analysis", misconception="Each moment is compared with every range.")
def test_work_depends_on_the_number_of_ranges_only():
    rng = random.Random(63)
    ranges = [(rng.randrange(10**15), 10**15 + index, 1) for index in range(800)]
    assert work_exponent(peak_load, [ranges[:100]], [ranges]) < 1.5
