import itertools
import math
import random

import pytest
from complexity import work_exponent
from three_sum import count_triples_below


@pytest.mark.task(2, concept="two-pointers", misconception="Triples of values are counted, or the limit is included.")
def test_positions_are_counted_and_the_limit_is_not():
    assert count_triples_below([-2, 0, 1, 3], 2) == 2
    assert count_triples_below([1, 1, 1, 1], 4) == 4
    assert count_triples_below([1, 1, 1, 1], 3) == 0


@pytest.mark.task(2, weight=2, concept="two-pointers", misconception="A step counts too many or too few.")
def test_random_values_agree_with_trying_all():
    rng = random.Random(22)
    for _ in range(120):
        values = [rng.randrange(-6, 7) for _ in range(rng.randrange(14))]
        limit = rng.randrange(-8, 9)
        expected = sum(sum(triple) < limit for triple in itertools.combinations(values, 3))
        assert count_triples_below(values, limit) == expected


@pytest.mark.task(2, concept="two-pointers", misconception="Triples are counted one by one.")
def test_all_triples_of_many_values():
    assert count_triples_below([0] * 600, 1) == math.comb(600, 3)


@pytest.mark.task(2, weight=3, concept="complexity-analysis", misconception="Triples are counted one by one.")
def test_work_of_counting_grows_with_the_square():
    rng = random.Random(23)
    values = [rng.randrange(-1000, 1000) for _ in range(150)]
    assert work_exponent(count_triples_below, [values[:30], 100], [values, 100]) < 2.4
