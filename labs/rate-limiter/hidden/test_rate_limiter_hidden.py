import random

import pytest
from interleave import ManualClock, explore
from limits import hammer, kept, play, wide
from rate_limiter import KeyedBuckets, SlidingWindow, TokenBucket


def bucket_model(rate, capacity, steps):
    """In quarters of a second and with rates that are powers of two, all sums are exact."""
    state, results = {}, []
    for now, key, cost in steps:
        tokens, at = state.get(key, (capacity, now))
        tokens = min(capacity, tokens + (now - at) * rate)
        passes = tokens >= cost
        state[key] = (tokens - cost if passes else tokens, now)
        results.append(0.0 if passes else (cost - tokens) / rate)
    return results


def random_steps(rng, capacity, keys, count):
    now, steps = 64.0, []
    for _ in range(count):
        now += rng.choice([0, 0, 0.25, 0.5, 1, 3, 40])
        steps.append([now, rng.choice(keys), rng.randrange(1, capacity + 1)])
    return steps


@pytest.mark.task(1, weight=2, concept="rate-limiting", misconception="Some sequence of takes and pauses goes wrong.")
def test_random_takes_agree_with_a_simple_model():
    rng = random.Random(20261123)
    for rate, capacity in [(1, 3), (4, 8), (0.5, 2), (16, 5)] * 6:
        steps = random_steps(rng, capacity, ["only"], 60)
        plain = [[now, cost] for now, _, cost in steps]
        assert play(TokenBucket, [rate, capacity], plain) == bucket_model(rate, capacity, steps)


@pytest.mark.task(1, concept="rate-limiting", misconception="A refusal loses what had flowed in since.")
def test_asking_often_does_not_slow_the_refill():
    steps = [[0, 4]] + [[step / 4, 4] for step in range(1, 16)] + [[4, 4]]
    assert play(TokenBucket, [1, 4], steps)[-1] == 0.0


@pytest.mark.task(1, concept="rate-limiting", misconception="The burst is larger than the capacity.")
def test_no_interval_passes_more_than_capacity_and_rate():
    times = [step / 4 for step in range(400)]
    passed = [now for now, wait in zip(times, play(TokenBucket, [2, 5], [[now] for now in times])) if wait == 0]
    for start in (0, 10, 33.25):
        for length in (0, 1, 7.5, 20):
            assert sum(start <= now <= start + length for now in passed) <= 5 + 2 * length


@pytest.mark.task(2, weight=3, concept="rate-limiting", misconception="Some window holds more than the limit, or a free place isn't given.")
def test_random_requests_agree_with_a_simple_model():
    rng = random.Random(7)
    for limit, window in [(1, 1), (3, 8), (5, 2)] * 8:
        now, steps, let, expected = 16.0, [], [], []
        for _ in range(80):
            now += rng.choice([0, 0, 0.25, 0.5, 1, window, 3 * window])
            steps.append([now])
            inside = [at for at in let if at > now - window]
            expected.append(0.0 if len(inside) < limit else inside[-limit] + window - now)
            if expected[-1] == 0.0:
                let.append(now)
        assert play(SlidingWindow, [limit, window], steps) == expected


@pytest.mark.task(2, concept="rate-limiting", misconception="The test and the wait are rounded apart: a refusal says 0.0.")
def test_refusal_never_says_that_it_may_go():
    for first, window in [(number / 10, length / 10) for number in range(1, 40) for length in range(1, 40)]:
        results = play(SlidingWindow, [1, window], [[first]] + [[first + window]] * 3)
        assert results[1:].count(0.0) <= 1, (first, window)


@pytest.mark.task(2, concept="rate-limiting", misconception="A limit of none, or a window of no length, is let through.")
def test_windows_that_mean_nothing_are_errors():
    for limit, window in ((0, 1), (-1, 1), (1, 0), (1, -2)):
        with pytest.raises(ValueError):
            SlidingWindow(limit, window, ManualClock())


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="The clock is read before the lock, so time goes back.")
def test_refill_is_of_one_moment():
    clock = ManualClock(0)
    second = [[clock.set, 2], ["try_take", 2]]
    outcomes = explore(TokenBucket, [1, 4, clock], [["try_take", 4]], [["try_take", 1]], second, [[clock.set, 0]])
    # Two tokens have flowed in at 2: either the first gets one of them, or the second both.
    pairs = [(one["first"][0], one["second"][1]) for one in outcomes]
    assert [pair for pair in pairs if pair not in ((1.0, 0.0), (0.0, 1.0))] == []


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="Two threads see the same free place.")
def test_window_gives_its_last_place_once():
    clock = ManualClock(50)
    setup = [["try_take"]]
    outcomes = explore(SlidingWindow, [2, 10, clock], setup, [["try_take"]], [["try_take"]], [["try_take"]])
    assert [one for one in outcomes if sorted(one["first"] + one["second"]) != [0.0, 10.0]] == []


@pytest.mark.task(3, weight=2, concept="locks-and-the-gil", misconception="Making the bucket of a new key is a step of its own.")
def test_new_key_gets_one_bucket():
    clock = ManualClock(50)
    outcomes = explore(KeyedBuckets, [1, 1, clock], [], [["try_take", "a"]], [["try_take", "a"]], [["__len__"]])
    bad = [one for one in outcomes if sorted(one["first"] + one["second"]) != [0.0, 1.0] or one["after"] != [1]]
    assert bad == []


@pytest.mark.task(3, concept="locks-and-the-gil", misconception="Under load more goes through than there is.")
def test_no_more_goes_through_than_there_is():
    assert hammer(TokenBucket, [1, 300], 4, 200) == 300
    assert hammer(SlidingWindow, [300, 10], 4, 200) == 300
    assert hammer(KeyedBuckets, [1, 300], 4, 200, "key") == 300


@pytest.mark.task(4, weight=2, concept="rate-limiting", misconception="A bucket is forgotten too early, or comes back with other tokens.")
def test_forgetting_changes_no_answer():
    rng = random.Random(11)
    for rate, capacity in [(1, 3), (4, 8), (0.5, 2)] * 6:
        steps = random_steps(rng, capacity, "abcdef", 120)
        assert play(KeyedBuckets, [rate, capacity], steps) == bucket_model(rate, capacity, steps)


@pytest.mark.task(4, weight=2, concept="rate-limiting", misconception="Buckets of keys that don't come back are kept.")
def test_memory_follows_the_keys_of_the_last_moments():
    assert wide(KeyedBuckets, [1, 2], 4000) <= 17
    assert kept(KeyedBuckets, [2, 4], [[0, "a", 4], [1, "a", 2], [2.5, "b"], [3.5, "c"]]) == [1, 1, 2, 2]


@pytest.mark.task(4, concept="rate-limiting", misconception="A refused key is kept, or a cost isn't checked.")
def test_costs_of_keys_are_checked():
    for wrong in (0, -1, 3):
        with pytest.raises(ValueError):
            play(KeyedBuckets, [1, 2], [[0, "a", wrong]])
