import pytest
from hit_counter import HitCounter
from hits import hammer, retained
from interleave import ManualClock, explore


def beyond(outcomes, allowed):
    """The outcomes whose count in the end is none of those that some order of the calls gives."""
    return [outcome for outcome in outcomes if outcome["after"][0] not in allowed]


@pytest.mark.task(1, concept="windowed-counting", misconception="The window is off by one: it is (now - size, now].")
def test_hit_counts_for_exactly_the_size_of_the_window():
    clock = ManualClock(7)
    counter = HitCounter(300, clock)
    for _ in range(3):
        counter.hit()
    assert counter.count() == 3
    clock.set(306)
    assert counter.count() == 3
    clock.set(307)
    assert counter.count() == 0


@pytest.mark.task(1, concept="windowed-counting", misconception="Fractions of a second move the window.")
def test_seconds_are_whole():
    clock = ManualClock(7.9)
    counter = HitCounter(5, clock)
    counter.hit(4)
    clock.set(11.99)
    counter.hit()
    assert counter.count() == 5
    clock.set(12.0)
    assert counter.count() == 1


@pytest.mark.task(1, concept="windowed-counting", misconception="All is forgotten at once, as if windows were fixed.")
def test_window_moves_second_by_second():
    clock = ManualClock(0)
    counter = HitCounter(3, clock)
    counts = []
    for second, hits in enumerate([1, 10, 100, 1000, 10000]):
        clock.set(second)
        counter.hit(hits)
        counts.append(counter.count())
    assert counts == [1, 11, 111, 1110, 11100]


@pytest.mark.task(1, concept="windowed-counting", misconception="A window of no seconds is let through.")
def test_size_is_at_least_one():
    for size in (0, -5):
        with pytest.raises(ValueError):
            HitCounter(size, ManualClock())
    assert HitCounter(1, ManualClock()).count() == 0


@pytest.mark.task(2, concept="windowed-counting", misconception="Hits of a former lap of the ring are counted again.")
def test_silence_needs_no_clean_up():
    clock = ManualClock(0)
    counter = HitCounter(10, clock)
    for second in range(10):
        clock.set(second)
        counter.hit(7)
    clock.set(3600)
    assert counter.count() == 0
    counter.hit()
    assert counter.count() == 1


@pytest.mark.task(2, weight=2, concept="windowed-counting", misconception="Each hit is kept for itself.")
def test_memory_does_not_follow_the_traffic():
    busy = [[second, "hit"] for second in range(300) for _ in range(50)]
    assert retained(HitCounter, 300, busy) < 100_000


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="Reading, adding and writing are three steps.")
def test_no_hit_is_lost_between_two_threads():
    clock = ManualClock(7)
    outcomes = explore(HitCounter, [5, clock], [["hit"]], [["hit"]], [["hit"]], [["count"]])
    assert beyond(outcomes, [3]) == []


@pytest.mark.task(3, weight=2, concept="race-conditions", misconception="Two threads reset the same stale place.")
def test_stale_place_is_reset_once():
    clock = ManualClock(2)
    setup = [["hit", 50], [clock.set, 7]]
    outcomes = explore(HitCounter, [5, clock], setup, [["hit"]], [["hit"]], [["count"], [clock.set, 2]])
    assert beyond(outcomes, [2]) == []


@pytest.mark.task(3, concept="locks-and-the-gil", misconception="Some access is without the lock, or takes it twice.")
def test_hammering_threads_lose_nothing():
    found = hammer(HitCounter, 60, threads=4, rounds=200)
    assert found["raised"] == []
    assert found["fell"] == 0
    assert found["counted"] == 800
