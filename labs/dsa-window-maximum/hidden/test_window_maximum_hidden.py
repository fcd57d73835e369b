import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from window_maximum import window_peaks


def falling(count):
    return list(range(10**6 + count, 10**6, -1))


def mixed(count):
    rng = random.Random(141)
    return [rng.randrange(10**6) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="Some window has the wrong peak.")
def test_random_depths_agree_with_taking_each_maximum():
    rng = random.Random(20261123)
    for _ in range(250):
        depths = [rng.randrange(-4, 5) for _ in range(rng.randrange(16))]
        k = rng.randrange(1, 8)
        assert window_peaks(depths, k) == [max(depths[i : i + k]) for i in range(len(depths) - k + 1)]


@pytest.mark.task(1, concept="sliding-window", misconception="Depths are removed from the caller's list.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(window_peaks, [[3, 1, 2, 5], 2])


@pytest.mark.task(1, weight=3, concept="sliding-window", misconception="The maximum is taken anew for each window.")
def test_work_grows_linearly_with_long_windows():
    assert work_exponent(window_peaks, [mixed(150), 75], [mixed(1200), 600]) < 1.5


@pytest.mark.task(1, weight=3, concept="queue-and-deque", misconception="The queue is a list that pops its front.")
def test_work_grows_linearly_on_falling_depths():
    assert work_exponent(window_peaks, [falling(150), 75], [falling(1200), 600]) < 1.5


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="A slice of k is searched for each window.")
def test_cpu_time_grows_linearly_with_long_windows():
    assert cpu_exponent(window_peaks, [falling(1500), 750], [falling(12000), 6000]) < 1.7
