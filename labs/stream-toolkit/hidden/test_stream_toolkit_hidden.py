import pytest
from streams import (
    batches_changed_by_the_consumer,
    deadline,
    gather_cancelled,
    gather_fails,
    gather_in_order,
    gather_simple,
    results,
    span,
    taken_for,
    twice_from_a_generator,
    unique_by_case,
)


@pytest.mark.task(1, concept="iterator-protocol", misconception="The source is read twice, or indexed: a generator has neither.")
def test_generators_are_sources_too():
    assert twice_from_a_generator("batched", 4) == [[0, 1, 2, 3], [4, 5, 6]]
    assert twice_from_a_generator("windowed", 6) == [(0, 1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6)]
    assert twice_from_a_generator("unique") == list(range(7))


@pytest.mark.task(1, concept="generator-laziness", misconception="One list is filled again and again.")
def test_each_batch_is_a_list_of_its_own():
    assert batches_changed_by_the_consumer(3) == [[0, 1, 2, -1], [3, 4, 5, -1], [6]]


@pytest.mark.task(1, weight=2, concept="generator-laziness", misconception="The source stays open when the consumer stops.")
def test_closing_a_stream_closes_its_source():
    for name, arguments in (("batched", [2]), ("windowed", [2]), ("unique", [])):
        assert taken_for(name, 1, *arguments)[2] is True, name


@pytest.mark.task(1, concept="generator-laziness", misconception="A size of one is a special case.")
def test_sizes_at_the_edge():
    assert results("batched", [1, 2], 1) == [[1], [2]]
    assert results("windowed", [1, 2], 1) == [(1,), (2,)]
    assert results("windowed", [1, 2], 2) == [(1, 2)]
    assert taken_for("batched", 3, 1)[:2] == (0, 3)


@pytest.mark.task(1, weight=2, concept="iterator-protocol", misconception="The memory grows, or seeing a key again doesn't renew it.")
def test_unique_forgets_the_oldest_key():
    assert results("unique", [1, 2, 3, 1], None, 2) == [1, 2, 3, 1]
    assert results("unique", [1, 2, 1, 3, 1, 2], None, 2) == [1, 2, 3, 2]
    assert results("unique", [1, 1, 1], None, 1) == [1]
    assert unique_by_case(["A", "b", "a", "B", "c", "A"], 2) == ["A", "b", "c", "A"]


@pytest.mark.task(2, concept="context-manager-protocol", misconception="Only Exception is seen: a cancellation is a BaseException.")
def test_span_sees_a_cancellation():
    told = span(raises="CancelledError")
    assert told["ends"] == [("embed", 2.5, "CancelledError")]
    assert told["error"].startswith("CancelledError")


@pytest.mark.task(2, weight=2, concept="context-manager-protocol", misconception="An error of on_end hides that of the block.")
def test_error_of_the_block_wins_over_one_of_on_end():
    told = span(raises="KeyError", end_raises="ValueError")
    assert told["error"] == "KeyError from the block"
    assert len(told["ends"]) == 1
    assert span(end_raises="ValueError")["error"] == "ValueError from on_end"


@pytest.mark.task(2, concept="context-manager-protocol", misconception="A span can be entered twice, and tells the wrong time.")
def test_span_is_used_once():
    told = span(again=True)
    assert told["second"] == "RuntimeError"
    assert told["seconds"] == 2.5 and len(told["ends"]) == 1


@pytest.mark.task(3, weight=2, concept="bounded-concurrency", misconception="All items are taken at the start; only the running is bounded.")
def test_items_are_taken_only_when_there_is_room():
    for limit in (1, 3):
        seen = gather_in_order(list(range(8)), limit)
        assert max(seen["unfinished"]) == limit
        assert seen["peak"] == limit


@pytest.mark.task(3, concept="bounded-concurrency", misconception="The slowest of a group holds the next group back.")
def test_room_is_used_as_soon_as_there_is_some():
    seen = gather_in_order([1, 2, 3, 4, 5, 0], 2)
    assert seen["results"] == [0, 10, 20, 30, 40, 50]
    assert seen["unfinished"][:5] == [2] * 5


@pytest.mark.task(3, weight=3, concept="async-cancellation", misconception="What was cancelled isn't awaited, or more is taken after the error.")
def test_clean_up_is_over_when_the_error_comes():
    assert gather_fails(limit=4, failing=2, count=9) == {"error": "KeyError", "running": 0, "cleaned": 3, "taken_after": 0}


@pytest.mark.task(3, weight=2, concept="async-cancellation", misconception="Cancelling the whole leaves its parts.")
def test_cancellation_from_outside_reaches_the_work():
    assert gather_cancelled(3) == {"error": "CancelledError", "running": 0, "cleaned": 3}


@pytest.mark.task(3, concept="bounded-concurrency", misconception="A limit of none is let through.")
def test_limit_is_at_least_one():
    for limit in (0, -1):
        with pytest.raises(ValueError):
            gather_simple([1], limit)


@pytest.mark.task(4, weight=2, concept="async-cancellation", misconception="The work's own TimeoutError is taken for the deadline.")
def test_errors_of_the_work_are_its_own():
    assert deadline("own timeout") == {"log": ["TimeoutError"], "tasks_left": 0}
    assert deadline("own error") == {"log": ["KeyError"], "tasks_left": 0}


@pytest.mark.task(4, weight=2, concept="async-cancellation", misconception="A cancellation from outside is swallowed, or answered by the fallback.")
def test_cancellation_from_outside_is_no_timeout():
    assert deadline("cancelled") == {"log": ["work cleaned", "CancelledError"], "tasks_left": 0}
