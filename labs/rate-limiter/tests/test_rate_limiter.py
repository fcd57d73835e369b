import pytest
from interleave import ManualClock, explore
from limits import kept, play
from rate_limiter import KeyedBuckets, SlidingWindow, TokenBucket


@pytest.mark.task(1, concept="rate-limiting", misconception="The bucket begins empty, or takes when it refuses.")
def test_bucket_begins_full_and_refuses_when_it_is_empty():
    assert play(TokenBucket, [2, 5], [[0]] * 7) == [0.0] * 5 + [0.5, 0.5]


@pytest.mark.task(1, weight=2, concept="rate-limiting", misconception="It refills once a second, or beyond its capacity.")
def test_bucket_refills_with_time_and_no_further_than_full():
    steps = [[0, 5], [0.25], [0.5], [0.5], [60, 5], [60]]
    assert play(TokenBucket, [2, 5], steps) == [0.0, 0.25, 0.0, 0.5, 0.0, 0.5]


@pytest.mark.task(1, concept="rate-limiting", misconception="What can never pass is made to wait for ever.")
def test_impossible_costs_are_errors():
    clock = ManualClock()
    for wrong in (0, -1, 6):
        with pytest.raises(ValueError):
            TokenBucket(2, 5, clock).try_take(wrong)
    for rate, capacity in ((0, 5), (2, 0), (-1, 5)):
        with pytest.raises(ValueError):
            TokenBucket(rate, capacity, clock)


@pytest.mark.task(2, weight=2, concept="rate-limiting", misconception="Windows are fixed, or the edge is off: it is (now - window, now].")
def test_window_slides():
    steps = [[0], [4], [9], [9.5], [10], [10], [13.5], [14]]
    assert play(SlidingWindow, [3, 10], steps) == [0.0, 0.0, 0.0, 0.5, 0.0, 4.0, 0.5, 0.0]


@pytest.mark.task(2, concept="rate-limiting", misconception="Refused requests count too.")
def test_refused_requests_do_not_count():
    assert play(SlidingWindow, [1, 8], [[0], [1], [2], [7], [8]]) == [0.0, 7.0, 6.0, 1.0, 0.0]


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="Looking and taking are two steps.")
def test_last_token_is_given_once():
    clock = ManualClock(10)
    outcomes = explore(TokenBucket, [1, 1, clock], [], [["try_take"]], [["try_take"]], [])
    assert [one for one in outcomes if sorted(one["first"] + one["second"]) != [0.0, 1.0]] == []


@pytest.mark.task(4, weight=2, concept="rate-limiting", misconception="All keys share a bucket, or a bucket is kept for ever.")
def test_each_key_has_a_bucket_until_it_is_full_again():
    assert play(KeyedBuckets, [1, 2], [[0, "a", 2], [0, "b"], [0, "a"], [1, "a"]]) == [0.0, 0.0, 1.0, 0.0]
    assert kept(KeyedBuckets, [1, 2], [[0, "a"], [1, "b"], [2, "c"], [2.5, "d"], [60, "e"]]) == [1, 2, 3, 3, 1]
