"""Merging logs that are sorted by time."""

import heapq
from collections.abc import Callable, Iterator


def merge_logs(logs: list[list[tuple[int, str]]]) -> list[tuple[int, str]]:
    """Returns the entries of all logs by time, of equal times in the order of the logs.

    Complexity: the heap holds one entry a log, so each of the N entries is pushed and popped once at O(log k). No two
    heap entries have the same (time, log), so the comparison never reaches the position.
    """
    heads = [(log[0][0], number, 0) for number, log in enumerate(logs) if log]
    heapq.heapify(heads)
    merged = []
    while heads:
        _, number, position = heads[0]
        log = logs[number]
        merged.append(log[position])
        if position + 1 < len(log):
            heapq.heapreplace(heads, (log[position + 1][0], number, position + 1))
        else:
            heapq.heappop(heads)
    return merged


def merge_live(count: int, pull: Callable[[int], tuple[int, str] | None]) -> Iterator[tuple[int, str]]:
    """Yields the entries of count logs in the same order, reading each log one entry at a time through pull.

    Complexity: O(log k) an entry, at most k entries in memory. The log of the entry just yielded is read only when the
    next one is asked for.
    """
    heads: list[tuple[int, int, str]] = []
    for number in range(count):
        entry = pull(number)
        if entry is not None:
            heads.append((entry[0], number, entry[1]))
    heapq.heapify(heads)
    while heads:
        time, number, message = heads[0]
        yield time, message
        entry = pull(number)
        if entry is None:
            heapq.heappop(heads)
        else:
            heapq.heapreplace(heads, (entry[0], number, entry[1]))
