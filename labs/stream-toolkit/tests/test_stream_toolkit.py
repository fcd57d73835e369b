import pytest
from stream_toolkit import batched, unique, windowed
from streams import deadline, gather_fails, gather_in_order, gather_simple, results, span, taken_for


@pytest.mark.task(1, concept="generator-laziness", misconception="The last, shorter batch is lost, or an empty one is added.")
def test_batches_hold_everything():
    assert results("batched", list(range(7)), 3) == [[0, 1, 2], [3, 4, 5], [6]]
    assert results("batched", [1, 2], 2) == [[1, 2]]
    assert results("batched", [], 2) == []


@pytest.mark.task(1, concept="iterator-protocol", misconception="A window is a list, or the windows don't overlap.")
def test_windows_are_neighbours():
    assert results("windowed", "abcd", 2) == [("a", "b"), ("b", "c"), ("c", "d")]
    assert results("windowed", [1, 2], 3) == []


@pytest.mark.task(1, concept="iterator-protocol", misconception="Only neighbours are compared.")
def test_unique_passes_each_on_once():
    assert results("unique", [3, 1, 3, 2, 1]) == [3, 1, 2]


@pytest.mark.task(1, weight=2, concept="generator-laziness", misconception="One element too many is read, or everything.")
def test_streams_read_no_more_than_they_need():
    assert taken_for("batched", 2, 3)[:2] == (0, 6)
    assert taken_for("windowed", 2, 3)[:2] == (0, 4)
    assert taken_for("unique", 2)[:2] == (0, 2)


@pytest.mark.task(1, concept="generator-laziness", misconception="The check stands in the generator, which runs at the first next.")
def test_arguments_are_checked_at_the_call():
    for tool in (batched, windowed):
        with pytest.raises(ValueError):
            tool([1], 0)
    with pytest.raises(ValueError):
        unique([1], None, 0)


@pytest.mark.task(2, concept="context-manager-protocol", misconception="on_end isn't called, or the span is not what `as` binds.")
def test_span_times_a_block():
    assert span() == {"ends": [("embed", 2.5, "ok")], "same": True, "error": "", "seconds": 2.5, "swallowed": False, "second": ""}


@pytest.mark.task(2, weight=2, concept="context-manager-protocol", misconception="The end is skipped, or the exception swallowed.")
def test_span_tells_of_a_failed_block_and_lets_it_fail():
    told = span(raises="KeyError")
    assert told["ends"] == [("embed", 2.5, "KeyError")]
    assert told["error"] == "KeyError from the block"


@pytest.mark.task(3, weight=2, concept="bounded-concurrency", misconception="Results come in the order in which the work ends.")
def test_gather_keeps_order_and_bound():
    seen = gather_in_order([1, 0, 3, 2, 4, 5], 2)
    assert seen["results"] == [0, 10, 20, 30, 40, 50]
    assert seen["peak"] == 2


@pytest.mark.task(3, concept="event-loop-model", misconception="Few or no items end in an error or a wait for ever.")
def test_gather_of_few():
    assert gather_simple([], 3) == []
    assert gather_simple([1, 2], 5) == [2, 4]


@pytest.mark.task(3, weight=2, concept="async-cancellation", misconception="The others are left running, as gather does.")
def test_first_error_ends_the_others():
    seen = gather_fails(limit=3, failing=1, count=9)
    assert seen["error"] == "KeyError"
    assert seen["running"] == 0


@pytest.mark.task(4, concept="async-cancellation", misconception="A late work goes on beside the fallback.")
def test_deadline():
    assert deadline("quick") == {"log": ["got work"], "tasks_left": 0}
    assert deadline("late") == {"log": ["work cleaned", "fallback", "got fallback"], "tasks_left": 0}
