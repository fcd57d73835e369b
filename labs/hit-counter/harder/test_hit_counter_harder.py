import random

import pytest
from complexity import cpu_exponent, work_exponent
from hit_counter import KeyedHitCounter
from hits import play, retained
from interleave import ManualClock, explore


def expected(size, steps):
    hits, results = [], []
    for now, name, *arguments in steps:
        second = int(now // 1)
        alive = [(key, count) for at, key, count in hits if at > second - size]
        sums = {key: sum(count for other, count in alive if other == key) for key, _ in alive}
        if name == "hit":
            hits.append((second, *arguments))
            results.append(None)
        elif name == "count":
            results.append(sums.get(arguments[0], 0))
        elif name == "total":
            results.append(sum(sums.values()))
        else:
            results.append(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[: arguments[0]])
    return results


def random_steps(rng, size, count):
    now, steps = rng.choice([0, 1_000_000]), []
    for _ in range(count):
        now += rng.choice([0, 0, 0.25, 0.5, 1, 1, 2, size - 1, size, size + 1, 3 * size])
        key = rng.choice("abcde")
        call = ["hit", key, rng.randrange(1, 5)] if rng.random() < 0.6 else ["count", key]
        steps += [[now, *call], [now, "busiest", rng.randrange(7)], [now, "total"]]
    return steps


@pytest.mark.task(
    4, weight=3, concept="windowed-counting", misconception="Some sequence of hits and pauses leaves a wrong total."
)
def test_random_hits_by_key_agree_with_a_simple_model():
    rng = random.Random(20261123)
    for size in [1, 2, 3, 5, 60] * 8:
        steps = random_steps(rng, size, 30)
        assert play(KeyedHitCounter, size, steps) == expected(size, steps)


@pytest.mark.task(4, concept="windowed-counting", misconception="A second is subtracted twice, or never.")
def test_each_second_is_subtracted_once():
    steps = [[1, "hit", "a", 5], [2, "hit", "a", 1], [11, "total"], [11, "total"], [12, "count", "a"], [9999, "total"]]
    steps += [[9999, "hit", "a", 2], [9999, "total"], [9999, "busiest", 5]]
    assert play(KeyedHitCounter, 10, steps) == [None, None, 1, 1, 0, 0, None, 2, [("a", 2)]]
    with pytest.raises(ValueError):
        KeyedHitCounter(0, ManualClock())


@pytest.mark.task(4, weight=2, concept="windowed-counting", misconception="Keys without hits in the window are kept.")
def test_memory_follows_the_window():
    ever_new = [[second, "hit", f"a route of some length, number {second}"] for second in range(4000)]
    assert retained(KeyedHitCounter, 10, ever_new) < 20_000


@pytest.mark.task(
    4, weight=3, concept="windowed-counting", misconception="A count sums the window instead of reading a total."
)
def test_cost_of_count_and_total_depends_on_neither_window_nor_keys():
    def steps(size):
        hits = [[second, "hit", second] for second in range(size)]
        return hits + [[size, "count", 1], [size, "total"]] * size

    small, large = ([KeyedHitCounter, size, steps(size)] for size in (50, 400))
    assert work_exponent(play, small, large) < 1.4
    small, large = ([KeyedHitCounter, size, steps(size)] for size in (500, 4000))
    assert cpu_exponent(play, small, large) < 1.7


def outcomes_beyond(allowed, setup, first, second, after):
    clock = ManualClock(1)
    calls = [
        [[clock.set if name == "at" else name, *arguments] for name, *arguments in part]
        for part in (setup, first, second, [*after, ["at", 1]])
    ]
    outcomes = explore(KeyedHitCounter, [10, clock], *calls)
    return [one for one in outcomes if (one["first"], one["second"], one["after"][:-1]) not in allowed]


@pytest.mark.task(5, weight=2, concept="race-conditions", misconception="Two threads both subtract what has left.")
def test_two_threads_subtract_a_second_once():
    setup = [["hit", "a", 5], ["at", 2], ["hit", "a", 3], ["at", 11]]
    allowed = [([3], [3], [3, [("a", 3)]])]
    assert outcomes_beyond(allowed, setup, [["total"]], [["count", "a"]], [["total"], ["busiest", 3]]) == []


@pytest.mark.task(5, weight=2, concept="race-conditions", misconception="The total and the counts change apart.")
def test_hit_changes_all_totals_in_one_step():
    allowed = [
        ([None], [[("a", 1)], 1], [1, [("a", 1)]]),
        ([None], [[], 0], [1, [("a", 1)]]),
        ([None], [[], 1], [1, [("a", 1)]]),
    ]
    after = [["total"], ["busiest", 3]]
    assert outcomes_beyond(allowed, [], [["hit", "a"]], [["busiest", 3], ["total"]], after) == []
    allowed = [([None], [None], [2, [("a", 2)]])]
    assert outcomes_beyond(allowed, [], [["hit", "a"]], [["hit", "a"]], after) == []


@pytest.mark.task(5, weight=2, concept="race-conditions", misconception="A late thread records a second out of order.")
def test_late_thread_records_in_order():
    after = [["total"], ["busiest", 1], ["at", 21], ["total"]]
    allowed = [
        ([None], [None, None], [1, [("b", 1)], None, 0]),
        ([None], [None, None], [2, [("a", 1)], None, 0]),
    ]
    assert outcomes_beyond(allowed, [], [["hit", "a"]], [["at", 11], ["hit", "b"]], after) == []
