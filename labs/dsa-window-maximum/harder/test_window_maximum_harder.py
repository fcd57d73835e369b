import random

import pytest
from complexity import replay, retained_bytes, work_exponent
from window_maximum import RollingPeak


@pytest.mark.task(2, concept="queue-and-deque", misconception="A sample exactly a span old still counts.")
def test_a_sample_ages_out_after_the_span():
    calls = [["add", 0, 9], ["add", 99, 1], ["add", 100, 2], ["add", 100, 5], ["add", 500, -3]]
    assert replay(RollingPeak, [100], calls) == [9, 9, 2, 5, -3]


@pytest.mark.task(2, weight=2, concept="queue-and-deque", misconception="Only one old sample is removed a call.")
def test_random_streams_agree_with_searching_the_window():
    rng = random.Random(142)
    for _ in range(60):
        time, samples, expected = 0, [], []
        for _ in range(40):
            time += rng.choice((0, 1, 1, 3, 9))
            samples.append((time, rng.randrange(8)))
            expected.append(max(value for moment, value in samples if moment > time - 10))
        assert replay(RollingPeak, [10], [["add", *sample] for sample in samples]) == expected


@pytest.mark.task(2, weight=2, concept="monotonic-stack", misconception="All samples of the window are kept.")
def test_samples_that_can_not_be_a_peak_are_dropped():
    assert retained_bytes(RollingPeak, [10**9], "add", [[time, 1000 + time] for time in range(5000)]) < 20_000


@pytest.mark.task(2, weight=2, concept="queue-and-deque", misconception="A call costs the length of the window.")
def test_work_grows_linearly_with_the_stream():
    small, large = ([RollingPeak, [n // 2], [["add", time, 9999 - time] for time in range(n)]] for n in (150, 1200))
    assert work_exponent(replay, small, large) < 1.4
