import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from daily_warmer import until_slower


def by_looking_ahead(values):
    found = []
    for i in range(len(values)):
        found.append(next((j - i for j in range(i + 1, len(values)) if values[j] > values[i]), 0))
    return found


def falling(count):
    return list(range(count, 0, -1))


@pytest.mark.task(1, weight=2, concept="monotonic-stack", misconception="A position is answered by the wrong latency.")
def test_random_latencies_agree_with_looking_ahead():
    rng = random.Random(20261123)
    for _ in range(200):
        values = [rng.randrange(7) for _ in range(rng.randrange(18))]
        assert until_slower(values) == by_looking_ahead(values)


@pytest.mark.task(1, concept="monotonic-stack", misconception="Latencies are popped off the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(until_slower, [[3, 1, 2, 5]])


@pytest.mark.task(1, weight=3, concept="monotonic-stack", misconception="Each position looks ahead on its own.")
def test_work_grows_linearly_on_falling_latencies():
    assert work_exponent(until_slower, [falling(150)], [falling(1200)]) < 1.5
    assert work_exponent(until_slower, [falling(150) + [9999]], [falling(1200) + [9999]]) < 1.5


@pytest.mark.task(
    1, weight=2, concept="monotonic-stack", misconception="A slice of the rest is searched for each position."
)
def test_cpu_time_grows_linearly_on_falling_latencies():
    assert cpu_exponent(until_slower, [falling(1500)], [falling(12000)]) < 1.7
