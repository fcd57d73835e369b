import itertools
import random

import pytest
from complexity import leaves_inputs_alone, work_exponent
from three_sum import zero_triples


def by_trying(offsets):
    return sorted({tuple(sorted(triple)) for triple in itertools.combinations(offsets, 3) if sum(triple) == 0})


def spread(count):
    rng = random.Random(21)
    return [rng.randrange(-(10**6), 10**6) for _ in range(count)]


@pytest.mark.task(
    1, weight=2, concept="two-pointers", misconception="Triples are missed or repeated among equal values."
)
def test_random_offsets_agree_with_trying_all():
    rng = random.Random(20261123)
    for _ in range(120):
        offsets = [rng.randrange(-6, 7) for _ in range(rng.randrange(14))]
        assert zero_triples(offsets) == by_trying(offsets)


@pytest.mark.task(1, concept="array-costs", misconception="The caller's list is sorted in place.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(zero_triples, [[3, -1, -2, 0]])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="All triples are tried.")
def test_work_grows_with_the_square():
    assert work_exponent(zero_triples, [spread(25)], [spread(100)]) < 2.4


@pytest.mark.task(1, weight=2, concept="complexity-analysis", misconception="Equal values make the work cubic.")
def test_work_on_equal_values_stays_small():
    assert work_exponent(zero_triples, [[0] * 25], [[0] * 100]) < 2.4
