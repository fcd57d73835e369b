import functools
import random

import pytest
from complexity import count_steps, cpu_exponent, leaves_inputs_alone, work_exponent
from task_cooldown import least_slots


def by_search(tenants, cooldown):
    names = sorted(set(tenants))

    @functools.cache
    def best(left, rest):
        if not any(left):
            return 0
        waited = tuple(max(0, wait - 1) for wait in rest)
        options = []
        for index in range(len(names)):
            if left[index] and not rest[index]:
                fewer = left[:index] + (left[index] - 1,) + left[index + 1 :]
                options.append(1 + best(fewer, waited[:index] + (cooldown,) + waited[index + 1 :]))
        if any(rest):
            options.append(1 + best(left, waited))
        return min(options)

    return best(tuple(tenants.count(name) for name in names), (0,) * len(names))


def batch(count):
    rng = random.Random(101)
    return [f"tenant {rng.randrange(count)}" for _ in range(count)]


@pytest.mark.task(
    1, weight=2, concept="heap-invariant", misconception="A shorter schedule exists, or the count is too low."
)
def test_random_batches_agree_with_a_full_search():
    rng = random.Random(20261123)
    for _ in range(80):
        tenants = [rng.choice("abcd"[: rng.randrange(1, 5)]) for _ in range(rng.randrange(8))]
        cooldown = rng.randrange(4)
        assert least_slots(tenants, cooldown) == by_search(tenants, cooldown)


@pytest.mark.task(1, weight=2, concept="queue-and-deque", misconception="Idle slots are walked through one by one.")
def test_a_long_cooldown_costs_no_more():
    assert 0 < count_steps(least_slots, [["a", "b", "a"], 50_000]) < 20_000
    assert least_slots(["a", "b", "a"], 50_000) == 50_002


@pytest.mark.task(1, concept="queue-and-deque", misconception="Calls are removed from the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(least_slots, [["b", "a", "b"], 2])


@pytest.mark.task(1, weight=3, concept="heap-invariant", misconception="All tenants are scanned for each slot.")
def test_work_grows_with_the_calls_of_many_tenants():
    assert work_exponent(least_slots, [batch(150), 7], [batch(1200), 7]) < 1.5


@pytest.mark.task(1, weight=2, concept="heap-invariant", misconception="Calls are counted by a scan for each tenant.")
def test_cpu_time_grows_with_the_calls_of_many_tenants():
    assert cpu_exponent(least_slots, [batch(1000), 7], [batch(8000), 7]) < 1.7
