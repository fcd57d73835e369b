import math
import random

import pytest
from complexity import work_exponent
from product_except_self import products_without_window


@pytest.mark.task(2, concept="prefix-sums", misconception="A factor inside of the window is multiplied in.")
def test_the_window_is_left_out():
    assert products_without_window([2, 3, 4, 5], 2, 100) == [20, 10, 6]


@pytest.mark.task(2, concept="array-costs", misconception="The widest window or one that doesn't fit is mishandled.")
def test_edges_of_the_width():
    assert products_without_window([2, 3], 2, 7) == [1]
    assert products_without_window([2, 3], 3, 7) == []
    assert products_without_window([], 1, 7) == []


@pytest.mark.task(2, weight=2, concept="prefix-sums", misconception="An inverse is used where the modulus has none.")
def test_random_factors_agree_with_multiplying_the_rest():
    rng = random.Random(14)
    for _ in range(150):
        factors = [rng.randrange(0, 9) for _ in range(rng.randrange(1, 10))]
        width, modulus = rng.randrange(1, 5), rng.choice((2, 6, 12, 7))
        windows = range(len(factors) - width + 1)
        expected = [math.prod(factors[:i] + factors[i + width :]) % modulus for i in windows]
        assert products_without_window(factors, width, modulus) == expected


@pytest.mark.task(
    2, weight=3, concept="complexity-analysis", misconception="Numbers grow, or each window costs its length."
)
def test_work_grows_linearly_and_numbers_stay_small():
    rng = random.Random(15)
    factors = [rng.randrange(1, 10**9) for _ in range(2000)]
    small, large = [factors[:250], 100, 10**9], [factors, 800, 10**9]
    assert work_exponent(products_without_window, small, large) < 1.5
