import pytest
from merge_k_sorted import merge_logs


@pytest.mark.task(1, concept="heap-invariant", misconception="A log's next entry isn't put in when one is taken out.")
def test_entries_come_by_time():
    merged = merge_logs([[(1, "a"), (4, "b")], [(2, "c")], [], [(3, "d"), (9, "e")]])
    assert merged == [(1, "a"), (2, "c"), (3, "d"), (4, "b"), (9, "e")]


@pytest.mark.task(1, concept="heap-invariant", misconception="Equal times are ordered by message.")
def test_equal_times_keep_the_order_of_logs():
    assert merge_logs([[(5, "z"), (5, "a")], [(5, "m")]]) == [(5, "z"), (5, "a"), (5, "m")]
    assert merge_logs([[(1, "x"), (5, "b")], [(5, "a")]]) == [(1, "x"), (5, "b"), (5, "a")]


@pytest.mark.task(1, concept="heap-invariant", misconception="An empty log has no head to look at.")
def test_empty_logs_are_fine():
    assert merge_logs([]) == []
    assert merge_logs([[], []]) == []


@pytest.mark.task(1, concept="queue-and-deque", misconception="What remains of the last log is forgotten.")
def test_one_log_is_returned_whole():
    assert merge_logs([[(1, "a"), (1, "a"), (2, "b")]]) == [(1, "a"), (1, "a"), (2, "b")]
