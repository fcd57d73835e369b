import math

import pytest
from interleave import ManualClock, explore
from limits import play
from rate_limiter import TokenBucket


@pytest.mark.task(5, weight=2, concept="rate-limiting", misconception="Reservations don't queue up behind each other.")
def test_reservations_queue_up():
    steps = [[0, 4], [0, 2], [0, 2], [1, 2], [10, 4], [10, 1]]
    assert play(TokenBucket, [2, 4], steps, "reserve") == [0.0, 1.0, 2.0, 2.0, 0.0, 0.5]


@pytest.mark.task(5, concept="rate-limiting", misconception="A refused reservation takes tokens.")
def test_refused_reservation_takes_nothing():
    steps = [[0, 4, math.inf], [0, 4, 1], [0, 2, 1], [0, 1, 1], [4, 4, 0]]
    assert play(TokenBucket, [2, 4], steps, "reserve") == [0.0, None, 1.0, None, 0.0]


@pytest.mark.task(5, concept="rate-limiting", misconception="A cost above the capacity is refused, although it only has to wait.")
def test_large_reservations_wait_for_what_flows_in():
    assert play(TokenBucket, [2, 4], [[0, 10]], "reserve") == [3.0]
    with pytest.raises(ValueError):
        play(TokenBucket, [2, 4], [[0, 0]], "reserve")


@pytest.mark.task(5, weight=2, concept="race-conditions", misconception="A debt isn't seen by try_take, or two take the same place in the queue.")
def test_debts_are_seen_by_everybody():
    clock = ManualClock(8)
    setup = [["reserve", 4]]
    outcomes = explore(TokenBucket, [2, 4, clock], setup, [["reserve", 2]], [["reserve", 2]], [["try_take", 2]])
    assert [one for one in outcomes if sorted(one["first"] + one["second"]) != [1.0, 2.0] or one["after"] != [3.0]] == []
