import math
import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from product_except_self import product_except_self


def signs(count):
    rng = random.Random(4)
    return [rng.choice((-1, 1)) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="prefix-sums", misconception="A factor is missing or counted twice.")
def test_random_factors_agree_with_multiplying_the_others():
    rng = random.Random(20261123)
    for _ in range(150):
        factors = [rng.randrange(-3, 4) for _ in range(rng.randrange(10))]
        expected = [math.prod(factors[:i] + factors[i + 1 :]) for i in range(len(factors))]
        assert product_except_self(factors) == expected


@pytest.mark.task(1, concept="array-costs", misconception="Division in floating point loses digits.")
def test_large_products_are_exact():
    factors = [29, 30, 23, 19, 17, 13, 11, 7, 28, 27, 26, 25, 24, 22, 21]
    assert product_except_self(factors)[0] == math.prod(factors[1:])


@pytest.mark.task(1, concept="array-costs", misconception="Running products are written into the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(product_except_self, [[2, 3, 0, 5]])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="The others are multiplied anew each time.")
def test_work_grows_linearly():
    assert work_exponent(product_except_self, [signs(150)], [signs(1200)]) < 1.5


@pytest.mark.task(1, weight=2, concept="array-costs", misconception="A slice or copy is made for each position.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(product_except_self, [signs(1500)], [signs(12000)]) < 1.7
