import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from longest_distinct_window import longest_distinct


def by_trying(tokens):
    best = (0, 0)
    for i in range(len(tokens)):
        for j in range(i + 1, len(tokens) + 1):
            if len(set(tokens[i:j])) == j - i and j - i > best[1]:
                best = (i, j - i)
    return best


def all_different(count):
    tokens = list(range(10**8, 10**8 + count))
    random.Random(131).shuffle(tokens)
    return tokens


def twice(count):
    half = all_different(count // 2)
    return half + half


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="A longer or an earlier stretch is missed.")
def test_random_tokens_agree_with_trying_every_stretch():
    rng = random.Random(20261123)
    for _ in range(200):
        tokens = [rng.randrange(6) for _ in range(rng.randrange(16))]
        assert tuple(longest_distinct(tokens)) == by_trying(tokens)


@pytest.mark.task(1, concept="sliding-window", misconception="An array is indexed by token.")
def test_tokens_may_be_large():
    assert tuple(longest_distinct([10**9, 0, 10**9])) == (0, 2)


@pytest.mark.task(1, concept="sliding-window", misconception="Tokens are removed from the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(longest_distinct, [[1, 2, 1, 3]])


@pytest.mark.task(1, weight=3, concept="sliding-window", misconception="The window is searched for each token.")
def test_work_grows_linearly_with_long_windows():
    assert work_exponent(longest_distinct, [all_different(150)], [all_different(1200)]) < 1.5
    assert work_exponent(longest_distinct, [twice(150)], [twice(1200)]) < 1.5


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="A slice of the window is made for each token.")
def test_cpu_time_grows_linearly_with_long_windows():
    assert cpu_exponent(longest_distinct, [twice(1500)], [twice(12000)]) < 1.7
