import pytest
from streams import ordered, ordered_closed, ordered_slow_consumer


@pytest.mark.task(5, weight=2, concept="bounded-concurrency", misconception="Results come as they are ready, or only at the end.")
def test_results_come_in_order_as_soon_as_they_can():
    seen = ordered([1, 0, 2, 4, 3], 3)
    assert seen["seen"] == [[], [0, 10], [0, 10, 20], [0, 10, 20], [0, 10, 20, 30, 40]]
    assert seen["got"] == [0, 10, 20, 30, 40]


@pytest.mark.task(5, weight=2, concept="bounded-concurrency", misconception="Finished results that wait to be taken aren't counted.")
def test_running_and_waiting_together_are_bounded():
    seen = ordered([2, 1, 0, 5, 4, 3], 3)
    assert seen["peak"] <= 3 and seen["most_ahead"] == 3
    assert ordered_slow_consumer(3) <= 4


@pytest.mark.task(5, weight=3, concept="async-cancellation", misconception="Closing the stream leaves its work running.")
def test_closing_early_ends_the_work():
    seen = ordered_closed(limit=3, after=2)
    assert seen["got"] == [0, 10]
    assert seen["running"] == 0 and seen["cleaned"] is True
    assert seen["taken"] <= 5
