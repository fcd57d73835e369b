import random

import pytest
from complexity import work_exponent
from subarray_sum_k import longest_span


def by_trying(deltas, k):
    best = None
    for i in range(len(deltas)):
        for j in range(i + 1, len(deltas) + 1):
            if sum(deltas[i:j]) == k and (best is None or j - i > best[1] - best[0]):
                best = (i, j)
    return best


@pytest.mark.task(2, concept="prefix-sums", misconception="The last place of a prefix sum is kept, not the first.")
def test_the_longest_span_wins():
    assert longest_span([1, -1, 5, -2, 3], 3) == (0, 4)


@pytest.mark.task(2, concept="prefix-sums", misconception="An empty span answers a total of zero.")
def test_no_span_gives_none():
    assert longest_span([], 0) is None
    assert longest_span([5], 0) is None


@pytest.mark.task(
    2, weight=2, concept="prefix-sums", misconception="Among spans of equal length a later one is returned."
)
def test_random_ledgers_agree_with_trying_every_span():
    rng = random.Random(12)
    for _ in range(150):
        deltas = [rng.randrange(-3, 4) for _ in range(rng.randrange(18))]
        k = rng.randrange(-3, 4)
        assert longest_span(deltas, k) == by_trying(deltas, k)


@pytest.mark.task(
    2, weight=3, concept="complexity-analysis", misconception="Every pair of a start and an end is tried."
)
def test_work_of_the_longest_span_grows_linearly():
    rng = random.Random(13)
    deltas = [rng.randrange(-50, 50) for _ in range(2000)]
    assert work_exponent(longest_span, [deltas[:250], 7], [deltas, 7]) < 1.5
