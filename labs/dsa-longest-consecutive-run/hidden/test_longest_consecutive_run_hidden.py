import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from longest_consecutive_run import longest_run


def by_sorting(ids):
    longest = run = 0
    previous = None
    for number in sorted(set(ids)):
        run = run + 1 if previous is not None and number == previous + 1 else 1
        longest, previous = max(longest, run), number
    return longest


def one_run(count):
    ids = list(range(10**9, 10**9 + count))
    random.Random(3).shuffle(ids)
    return ids


def no_runs(count):
    return [number * 3 for number in one_run(count)]


@pytest.mark.task(1, weight=2, concept="hash-map-design", misconception="A run is cut short, joined or counted twice.")
def test_random_ids_agree_with_sorting():
    rng = random.Random(20261123)
    for _ in range(150):
        ids = [rng.randrange(-12, 12) for _ in range(rng.randrange(25))]
        assert longest_run(ids) == by_sorting(ids)


@pytest.mark.task(1, concept="hash-map-design", misconception="An array is indexed by id.")
def test_ids_may_be_far_apart():
    assert longest_run([10**12, -(10**12), 10**12 - 1, 0]) == 2


@pytest.mark.task(1, concept="array-costs", misconception="The caller's list is sorted in place.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(longest_run, [[3, 1, 2, 2]])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="A walk starts at every id of a run.")
def test_work_grows_linearly_on_one_long_run():
    assert work_exponent(longest_run, [one_run(150)], [one_run(1200)]) < 1.5


@pytest.mark.task(1, weight=2, concept="hash-map-cost", misconception="A list is searched where a set is needed.")
def test_cpu_time_grows_linearly_without_runs():
    assert cpu_exponent(longest_run, [no_runs(1500)], [no_runs(12000)]) < 1.7
