import random

import pytest
from complexity import work_exponent
from hit_counter import HitCounter
from hits import play, retained
from interleave import ManualClock, explore


def expected(size, steps):
    hits, results = [], []
    for now, name, *arguments in steps:
        second = int(now // 1)
        if name == "hit":
            hits.append((second, *arguments))
        results.append(sum(count for at, count in hits if at > second - size) if name == "count" else None)
    return results


def random_steps(rng, size, count):
    now, steps = rng.choice([0, 5, 1_000_000]), []
    for _ in range(count):
        now += rng.choice([0, 0, 0.25, 0.5, 1, 1, 2, size - 1, size, size + 1, 3 * size])
        steps.append([now, "hit", rng.randrange(1, 9)] if rng.random() < 0.5 else [now, "count"])
    return steps


@pytest.mark.task(
    1, weight=3, concept="windowed-counting", misconception="Some sequence of hits, pauses and counts goes wrong."
)
def test_random_hits_and_pauses_agree_with_a_simple_model():
    rng = random.Random(20261123)
    for size in [1, 2, 3, 5, 60] * 12:
        steps = random_steps(rng, size, 60)
        assert play(HitCounter, size, steps) == expected(size, steps)


@pytest.mark.task(1, concept="windowed-counting", misconception="A window of one second is a special case.")
def test_window_of_one_second():
    steps = [[5, "hit", 2], [5.5, "hit", 1], [5.9, "count"], [6, "count"], [6, "hit", 1], [6, "count"]]
    assert play(HitCounter, 1, steps) == [None, None, 3, 0, None, 1]


@pytest.mark.task(1, concept="windowed-counting", misconception="A count changes what is counted.")
def test_counting_changes_nothing():
    steps = [[1, "hit", 2], [2, "count"], [2, "count"], [4, "hit", 1], [5, "count"], [6, "count"], [6, "count"]]
    assert play(HitCounter, 5, steps) == [None, 2, 2, None, 3, 1, 1]


@pytest.mark.task(2, weight=2, concept="windowed-counting", misconception="Seconds that have left are never forgotten.")
def test_memory_does_not_grow_with_time():
    assert retained(HitCounter, 20, [[second, "hit"] for second in range(6000)]) < 20_000


@pytest.mark.task(2, concept="windowed-counting", misconception="Memory is kept for each hit of one busy second.")
def test_memory_does_not_grow_within_a_second():
    assert retained(HitCounter, 20, [[second / 1000, "hit"] for second in range(6000)]) < 20_000


@pytest.mark.task(2, weight=2, concept="windowed-counting", misconception="Each hit looks at the whole window.")
def test_work_of_a_hit_does_not_grow_with_the_window():
    small, large = ([HitCounter, size, [[second, "hit"] for second in range(2 * size)]] for size in (60, 480))
    assert work_exponent(play, small, large) < 1.4


@pytest.mark.task(2, concept="windowed-counting", misconception="A count looks at every hit instead of every second.")
def test_work_of_a_count_does_not_grow_with_the_hits():
    small, large = ([HitCounter, 30, [[20, "hit"], [20, "count"]] * hits] for hits in (50, 400))
    assert work_exponent(play, small, large) < 1.3


def outcomes_beyond(allowed, setup, first, second):
    """`allowed` are pairs of results of the first and the second thread, and the count in the end."""
    clock = ManualClock(8)
    calls = [
        [[clock.set if name == "at" else name, *arguments] for name, *arguments in part]
        for part in (setup, first, second, [["count"], ["at", 8]])
    ]
    outcomes = explore(HitCounter, [5, clock], *calls)
    return [one for one in outcomes if (one["first"], one["second"], one["after"][0]) not in allowed]


@pytest.mark.task(
    3, weight=3, concept="race-conditions", misconception="The clock is read before the lock, so a late thread resets."
)
def test_late_thread_does_not_take_the_place_of_a_later_second():
    allowed = [([None], [None, None], 1), ([None], [None, None], 2)]
    assert outcomes_beyond(allowed, [], [["hit"]], [["at", 13], ["hit"]]) == []


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="A count sees a place that is half reset.")
def test_count_sees_no_half_of_a_hit():
    setup = [["hit", 50], ["at", 13]]
    allowed = [([None], [count], 1) for count in (0, 1)]
    assert outcomes_beyond(allowed, setup, [["hit"]], [["count"]]) == []


@pytest.mark.task(
    3, weight=2, concept="locks-and-the-gil", misconception="A count reads the clock or the places without the lock."
)
def test_count_is_of_one_moment():
    setup = [["hit", 50], ["at", 9], ["hit", 500]]
    # At 20 nothing of before is in the window; 1 is the count then, and 3 the count at 21.
    moves = [["at", 20], ["hit"], ["at", 21], ["hit", 2]]
    allowed = [([count], [None] * 4, 3) for count in (550, 0, 1, 3)]
    assert outcomes_beyond(allowed, setup, [["count"]], moves) == []


@pytest.mark.task(3, concept="race-conditions", misconception="A hit at the edge of a second is mixed up.")
def test_hits_around_the_edge_of_the_window_are_one_step():
    setup = [["hit", 50], ["at", 12]]
    allowed = [([None], [None, count], 1) for count in (0, 1)]
    assert outcomes_beyond(allowed, setup, [["hit"]], [["at", 13], ["count"]]) == []
