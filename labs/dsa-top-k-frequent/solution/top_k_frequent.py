"""The most frequent queries of a log, and of a stream."""

import heapq
from collections import Counter


class _Weaker:
    """Orders (count, query) so that the less frequent, then the alphabetically larger, is less."""

    __slots__ = ("count", "query")

    def __init__(self, count: int, query: str) -> None:
        self.count = count
        self.query = query

    def __lt__(self, other: "_Weaker") -> bool:
        return self.count < other.count or (self.count == other.count and self.query > other.query)


def top_queries(queries: list[str], k: int) -> list[str]:
    """Returns the k most frequent queries, most frequent first, equally frequent ones in alphabetical order.

    Complexity: counting is O(n). The heap never holds more than k entries and its root is the weakest of them, so
    each of the m different queries costs O(log k) at most: O(n + m log k + k log k) time, O(m) memory.
    """
    best: list[_Weaker] = []
    for query, count in Counter(queries).items():
        entry = _Weaker(count, query)
        if len(best) < k:
            heapq.heappush(best, entry)
        elif best and best[0] < entry:
            heapq.heapreplace(best, entry)
    return [entry.query for entry in sorted(best, reverse=True)]


class HeavyHitters:
    """Candidates for the most frequent queries of a stream, in bounded memory.

    Complexity: a round in which every counter loses one undoes capacity + 1 earlier additions (the newcomer's too), so
    all rounds together cost no more than the additions: O(1) amortised. For the same reason there are at most
    n / (capacity + 1) rounds, which bounds the error.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._counts: dict[str, int] = {}

    def add(self, query: str) -> None:
        """Counts one query."""
        if query in self._counts:
            self._counts[query] += 1
        elif len(self._counts) < self._capacity:
            self._counts[query] = 1
        else:
            self._counts = {name: count - 1 for name, count in self._counts.items() if count > 1}

    def candidates(self) -> dict[str, int]:
        """Returns the queries that are remembered, with counts that are never too high."""
        return dict(self._counts)
