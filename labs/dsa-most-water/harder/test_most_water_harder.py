import random

import pytest
from complexity import peak_bytes, work_exponent
from most_water import held_back


def by_maxima(levels):
    return sum(min(max(levels[: i + 1]), max(levels[i:])) - levels[i] for i in range(len(levels)))


@pytest.mark.task(2, concept="two-pointers", misconception="The higher side's maximum is used.")
def test_the_lower_side_decides():
    assert held_back([0, 1, 0, 2, 1, 0, 1, 3, 2, 1, 2, 1]) == 6
    assert held_back([5, 1, 3]) == 2


@pytest.mark.task(2, concept="array-costs", misconception="Short or sloping lines hold something back.")
def test_a_slope_holds_nothing_back():
    assert held_back([]) == 0
    assert held_back([4]) == 0
    assert held_back([1, 2, 3]) == 0
    assert held_back([3, 2, 1]) == 0


@pytest.mark.task(2, weight=2, concept="two-pointers", misconception="A basin is counted up to the wrong rim.")
def test_random_levels_agree_with_the_definition():
    rng = random.Random(32)
    for _ in range(200):
        levels = [rng.randrange(8) for _ in range(rng.randrange(14))]
        assert held_back(levels) == by_maxima(levels)


@pytest.mark.task(
    2, weight=3, concept="complexity-analysis", misconception="Maxima are computed anew, or kept in arrays."
)
def test_work_is_linear_and_memory_constant():
    rng = random.Random(33)
    levels = [rng.randrange(10**6) for _ in range(2_000)]
    assert work_exponent(held_back, [levels[:250]], [levels[:2000]]) < 1.5
    assert peak_bytes(held_back, [levels]) < 8_000
