import random

import pytest
from balanced_subarray import longest_balanced
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent


def by_trying(events):
    best = (0, 0)
    for i in range(len(events)):
        for j in range(i + 1, len(events) + 1):
            part = events[i:j]
            if part.count("a") == part.count("b") and j - i > best[1]:
                best = (i, j - i)
    return best


def drifting(count):
    rng = random.Random(51)
    return [rng.choice("aaab") for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="prefix-sums", misconception="A longer or an earlier stretch is missed.")
def test_random_logs_agree_with_trying_every_stretch():
    rng = random.Random(20261123)
    for _ in range(200):
        events = [rng.choice(["a", "b", "held"]) for _ in range(rng.randrange(16))]
        assert tuple(longest_balanced(events)) == by_trying(events)


@pytest.mark.task(1, concept="array-costs", misconception="Events are replaced by numbers in the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(longest_balanced, [["a", "-", "b"]])


@pytest.mark.task(
    1, weight=3, concept="complexity-analysis", misconception="Every pair of a start and an end is tried."
)
def test_work_grows_linearly():
    assert work_exponent(longest_balanced, [drifting(150)], [drifting(1200)]) < 1.5


@pytest.mark.task(1, weight=2, concept="hash-map-design", misconception="Earlier balances are searched in a list.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(longest_balanced, [drifting(1500)], [drifting(12000)]) < 1.7
