# must fail: test_one_zero
import math


def product_except_self(factors):
    total = math.prod(factors)
    return [total // factor if factor else 0 for factor in factors]
