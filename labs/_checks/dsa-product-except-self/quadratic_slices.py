# must fail: test_cpu_time_grows
import math


def product_except_self(factors):
    return [math.prod(factors[:i]) * math.prod(factors[i + 1 :]) for i in range(len(factors))]
