# must fail: test_refusal_never_says
"""Decides whether a request may go now, and if not, when."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable


def _above_zero(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name}: expected above 0, found {value}")


class TokenBucket:
    """At most capacity at once, rate a second in the long run.

    Invariant whenever nobody holds _lock: at the time _at there were _tokens in the bucket, at most the capacity; fewer
    than none after reservations. Reading the clock is part of the step, so that _at never goes back.
    """

    def __init__(self, rate: float, capacity: float, clock: Callable[[], float] = time.monotonic) -> None:
        """ValueError unless rate and capacity are above 0."""
        _above_zero(rate=rate, capacity=capacity)
        self._rate, self._capacity, self._clock = rate, capacity, clock
        self._lock = threading.Lock()
        self._tokens, self._at = float(capacity), clock()

    def try_take(self, cost: float = 1) -> float:
        """0.0 if taken, else the seconds until cost tokens are there. ValueError: cost not in (0, capacity]."""
        _above_zero(cost=cost)
        if cost > self._capacity:
            raise ValueError(f"cost: expected at most the capacity {self._capacity}, found {cost}")
        with self._lock:
            self._refill()
            if self._tokens < cost:
                return (cost - self._tokens) / self._rate
            self._tokens -= cost
            return 0.0

    def reserve(self, cost: float = 1, max_wait: float = math.inf) -> float | None:
        """Takes in any case and returns the seconds to wait; None, and nothing taken, if they are above max_wait."""
        _above_zero(cost=cost)
        with self._lock:
            self._refill()
            wait = max(0.0, (cost - self._tokens) / self._rate)
            if wait > max_wait:
                return None
            self._tokens -= cost
            return wait

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
        self._at = now


class SlidingWindow:
    """At most limit in any window.

    Invariant whenever nobody holds _lock: _times holds the times of those let through, the oldest first, at most limit.
    """

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        """ValueError unless limit is at least 1 and window above 0."""
        if limit < 1:
            raise ValueError(f"limit: expected at least 1, found {limit}")
        _above_zero(window=window)
        self._limit, self._window, self._clock = limit, window, clock
        self._lock = threading.Lock()
        self._times: deque[float] = deque()

    def try_take(self) -> float:
        """0.0 if it may go, else the seconds until it may."""
        with self._lock:
            now = self._clock()
            while self._times and self._times[0] <= now - self._window:
                self._times.popleft()
            if len(self._times) >= self._limit:
                return self._times[0] + self._window - now
            self._times.append(now)
            return 0.0


class KeyedBuckets:
    """A token bucket for each key, forgotten when it is full again.

    Invariant whenever nobody holds _lock: _buckets holds (tokens, time of the last take) by key, the oldest take first.
    A bucket is full again at the latest capacity / rate after its last take, so those to forget stand at the front.
    """

    def __init__(self, rate: float, capacity: float, clock: Callable[[], float] = time.monotonic) -> None:
        """ValueError unless rate and capacity are above 0."""
        _above_zero(rate=rate, capacity=capacity)
        self._rate, self._capacity, self._clock = rate, capacity, clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def try_take(self, key: Hashable, cost: float = 1) -> float:
        """0.0 if taken, else the seconds until cost tokens are there. ValueError: cost not in (0, capacity]."""
        _above_zero(cost=cost)
        if cost > self._capacity:
            raise ValueError(f"cost: expected at most the capacity {self._capacity}, found {cost}")
        with self._lock:
            now = self._clock()
            self._forget(now)
            tokens, at = self._buckets.get(key, (self._capacity, now))
            tokens = min(self._capacity, tokens + (now - at) * self._rate)
            if tokens < cost:
                return (cost - tokens) / self._rate
            self._buckets[key] = (tokens - cost, now)
            self._buckets.move_to_end(key)
            return 0.0

    def __len__(self) -> int:
        with self._lock:
            return len(self._buckets)

    def _forget(self, now: float) -> None:
        oldest = now - self._capacity / self._rate
        while self._buckets:
            key, (_, at) = next(iter(self._buckets.items()))
            if at >= oldest:
                return
            del self._buckets[key]
