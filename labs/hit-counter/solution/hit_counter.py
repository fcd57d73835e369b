"""Counts of what happened in the last seconds."""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable


class HitCounter:
    """Hits in the window (now - size, now], in whole seconds.

    Invariant whenever nobody holds _lock: _hits[i] is the number of hits of the second _seconds[i], and every second of
    the window that has hits is at its place, second % size. Reading the clock is part of the step, so that seconds come
    in order and a place only ever goes over to a later one.

    Complexity: hit is O(1), count O(size); memory is O(size) at any traffic.
    """

    def __init__(self, size: int = 300, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ValueError unless size is at least 1."""
        if size < 1:
            raise ValueError(f"size: expected at least 1, found {size}")
        self._size, self._clock = size, clock
        self._lock = threading.Lock()
        self._seconds: list[int | None] = [None] * size
        self._hits = [0] * size

    def hit(self, count: int = 1) -> None:
        """Records hits in the second of now."""
        with self._lock:
            second = math.floor(self._clock())
            place = second % self._size
            if self._seconds[place] != second:  # it counts a second that has left the window
                self._seconds[place], self._hits[place] = second, 0
            self._hits[place] += count

    def count(self) -> int:
        """Returns the number of hits in the window."""
        with self._lock:
            oldest = math.floor(self._clock()) - self._size  # has just left
            return sum(
                hits
                for second, hits in zip(self._seconds, self._hits, strict=True)
                if second is not None and second > oldest
            )


class KeyedHitCounter:
    """Hits in the window (now - size, now], in whole seconds, by key.

    Invariant whenever nobody holds _lock: _seconds holds a record (second, hits by key) for each second that has hits,
    the oldest first; _totals and _total are the sums over these records, and _totals has no zeros. Each public method
    first takes the records out that have left the window, and subtracts them.

    Complexity: a hit adds one pair of key and second at most, and each pair is taken out once, so hit, count and total
    are O(1) amortised; busiest is O(k log limit) for k keys. Memory is O(pairs in the window).
    """

    def __init__(self, size: int = 300, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ValueError unless size is at least 1."""
        if size < 1:
            raise ValueError(f"size: expected at least 1, found {size}")
        self._size, self._clock = size, clock
        self._lock = threading.Lock()
        self._seconds: deque[tuple[int, dict[Hashable, int]]] = deque()
        self._totals: dict[Hashable, int] = {}
        self._total = 0

    def hit(self, key: Hashable, count: int = 1) -> None:
        """Records hits of a key in the second of now."""
        with self._lock:
            second = self._move_on()
            if not self._seconds or self._seconds[-1][0] != second:
                self._seconds.append((second, {}))
            hits = self._seconds[-1][1]
            hits[key] = hits.get(key, 0) + count
            self._totals[key] = self._totals.get(key, 0) + count
            self._total += count

    def count(self, key: Hashable) -> int:
        """Returns the number of a key's hits in the window."""
        with self._lock:
            self._move_on()
            return self._totals.get(key, 0)

    def total(self) -> int:
        """Returns the number of all hits in the window."""
        with self._lock:
            self._move_on()
            return self._total

    def busiest(self, limit: int) -> list[tuple[Hashable, int]]:
        """Returns the keys with the most hits and their counts, at most limit of them."""
        with self._lock:
            self._move_on()
            totals = list(self._totals.items())
        return heapq.nsmallest(limit, totals, key=lambda pair: (-pair[1], pair[0]))  # sorting needs no lock

    def _move_on(self) -> int:
        """Takes out what has left the window; returns the second of now. Called with _lock held."""
        now = math.floor(self._clock())
        while self._seconds and self._seconds[0][0] <= now - self._size:
            for key, hits in self._seconds.popleft()[1].items():
                self._total -= hits
                self._totals[key] -= hits
                if self._totals[key] == 0:
                    del self._totals[key]
        return now
