import itertools

import pytest
from merge_k_sorted import merge_live


class Logs:
    """Counts pulls; a log that is pulled after its end is remembered as a mistake."""

    def __init__(self, logs):
        self.logs = [iter(log) for log in logs]
        self.ended = [False] * len(logs)
        self.pulls = 0
        self.late = 0

    def pull(self, number):
        self.pulls += 1
        self.late += self.ended[number]
        entry = next(self.logs[number], None)
        self.ended[number] = entry is None
        return entry


def source(logs):
    counted = Logs(logs)

    def pull(number):
        return counted.pull(number)

    return counted, pull


def endless(number):
    return ((step * 3 + number, str(number)) for step in itertools.count())


@pytest.mark.task(2, weight=2, concept="heap-invariant", misconception="Order differs from that of merge_logs.")
def test_live_logs_merge_in_the_same_order():
    counted, pull = source([[(1, "a"), (5, "z")], [], [(5, "b")], [(0, "c"), (5, "a")]])
    merged = [tuple(entry) for entry in merge_live(4, pull)]
    assert merged == [(0, "c"), (1, "a"), (5, "z"), (5, "b"), (5, "a")]
    assert counted.late == 0


@pytest.mark.task(2, weight=3, concept="queue-and-deque", misconception="Logs are read to their end before merging.")
def test_endless_logs_are_read_one_entry_ahead():
    counted, pull = source([endless(number) for number in range(3)])
    merged = iter(merge_live(3, pull))
    assert counted.pulls == 0
    for taken in range(1, 30):
        assert tuple(next(merged)) == (taken - 1, str((taken - 1) % 3))
        assert counted.pulls <= taken + 2


@pytest.mark.task(2, concept="heap-invariant", misconception="No logs, or only empty ones, are an error.")
def test_nothing_to_merge():
    _, pull = source([[], []])
    assert list(merge_live(2, pull)) == []
    assert list(merge_live(0, pull)) == []
