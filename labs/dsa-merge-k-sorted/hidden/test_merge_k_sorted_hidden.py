import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from merge_k_sorted import merge_logs


def by_sorting(logs):
    return sorted((entry for log in logs for entry in log), key=lambda entry: entry[0])


def short_logs(count):
    rng = random.Random(91)
    return [sorted((rng.randrange(10**9), "m") for _ in range(3)) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="heap-invariant", misconception="Order among equal times is wrong.")
def test_random_logs_agree_with_a_stable_sort():
    rng = random.Random(20261123)
    for _ in range(150):
        logs = []
        for number in range(rng.randrange(6)):
            times = sorted(rng.randrange(8) for _ in range(rng.randrange(6)))
            logs.append([(time, rng.choice("xyz") + str(number)) for time in times])
        assert merge_logs(logs) == by_sorting(logs)


@pytest.mark.task(1, concept="queue-and-deque", misconception="Entries are popped off the caller's logs.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(merge_logs, [[[(2, "a"), (3, "b")], [(1, "c")]]])


@pytest.mark.task(1, weight=3, concept="heap-invariant", misconception="All heads are looked at for each entry.")
def test_work_grows_with_the_entries_of_many_logs():
    assert work_exponent(merge_logs, [short_logs(50)], [short_logs(400)]) < 1.5


@pytest.mark.task(1, weight=2, concept="queue-and-deque", misconception="Entries are taken from the front of a list.")
def test_work_grows_with_the_entries_of_one_log():
    entries = [(time, "m") for time in range(1200)]
    assert work_exponent(merge_logs, [[entries[:150]]], [[entries]]) < 1.5


@pytest.mark.task(1, weight=2, concept="heap-invariant", misconception="The result is merged anew for each log.")
def test_cpu_time_grows_with_the_entries_of_many_logs():
    assert cpu_exponent(merge_logs, [short_logs(400)], [short_logs(3200)]) < 1.7
