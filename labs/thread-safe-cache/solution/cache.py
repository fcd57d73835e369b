"""Caches that threads can share: least recently used, least frequently used, with a time to live."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class _Entry:
    __slots__ = ("key", "value", "expires_at", "uses")

    def __init__(self, key: Hashable, value: Any, expires_at: float | None) -> None:
        self.key = key
        self.value = value
        self.expires_at = expires_at
        self.uses = 1


class _Flight:
    """One computation under way. Its leader lands it once; whoever joined waits for that."""

    def __init__(self) -> None:
        self._landed = threading.Event()
        self._value: Any = None
        self._error: BaseException | None = None

    def land(self, value: Any = None, error: BaseException | None = None) -> None:
        self._value, self._error = value, error
        self._landed.set()

    def wait(self, timeout: float | None) -> Any:
        if not self._landed.wait(timeout):
            raise TimeoutError(f"the computation has not ended within {timeout} s")
        if self._error is not None:
            raise self._error
        return self._value


class _Cache:
    """What both caches share; a subclass keeps the order in which keys are evicted.

    Invariant whenever nobody holds _lock: _entries, _by_age and the subclass's order hold the same keys, at most
    _capacity of them; every key of _flights is being computed by one thread. No computation runs under _lock.
    """

    def __init__(
        self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises ValueError unless capacity is at least 1."""
        if capacity < 1:
            raise ValueError(f"capacity: expected at least 1, found {capacity}")
        self._capacity, self._ttl, self._clock = capacity, ttl, clock
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}
        # Every entry lives equally long and the clock never goes back, so the order of storing is the order of dying.
        self._by_age: OrderedDict[Hashable, None] = OrderedDict()
        self._flights: dict[Hashable, _Flight] = {}
        self._stats = {"hits": 0, "misses": 0, "evictions": 0, "expirations": 0}

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Returns the value of a living entry, which is a use of it, or default."""
        with self._lock:
            entry = self._find(key)
            return default if entry is None else entry.value

    def put(self, key: Hashable, value: Any) -> None:
        """Stores a value; evicts one entry if the key is new and the cache is full."""
        with self._lock:
            self._store(key, value)

    def get_or_compute(self, key: Hashable, compute: Callable[[], Any], timeout: float | None = None) -> Any:
        """Returns the key's value; if there is none, that of compute(), of which at most one runs for a key."""
        with self._lock:
            entry = self._find(key)
            if entry is not None:
                return entry.value
            flight = self._flights.get(key)
            leads = flight is None
            if leads:
                flight = self._flights[key] = _Flight()
        if not leads:
            return flight.wait(timeout)
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                self._end_flight(key, flight)
            flight.land(error=error)
            raise
        with self._lock:
            if self._end_flight(key, flight):  # in one section: nobody finds neither the flight nor the value
                self._store(key, value)
        flight.land(value)
        return value

    def delete(self, key: Hashable) -> bool:
        """Removes a key; returns whether it was there and alive. What is being computed for it won't be stored."""
        with self._lock:
            self._flights.pop(key, None)
            entry = self._living(key)
            if entry is None:
                return False
            self._drop(entry)
            return True

    def sweep(self, at_most: int) -> int:
        """Removes dead entries, at most so many, the longest dead first; returns how many."""
        with self._lock:
            removed = 0
            while removed < at_most and self._by_age and self._living(next(iter(self._by_age))) is None:
                removed += 1
            return removed

    def keys(self) -> list[Hashable]:
        """Returns the keys; the one that would be evicted next comes last."""
        with self._lock:
            return self._in_order()

    def stats(self) -> dict[str, int]:
        """Returns how many hits, misses, evictions and expirations there were."""
        with self._lock:
            return dict(self._stats)

    def __len__(self) -> int:
        """Returns how many entries are stored."""
        with self._lock:
            return len(self._entries)

    # All below is called with _lock held.

    def _find(self, key: Hashable) -> _Entry | None:
        """The living entry, used and counted as a hit; or None, counted as a miss."""
        entry = self._living(key)
        self._stats["misses" if entry is None else "hits"] += 1
        if entry is not None:
            self._use(entry)
        return entry

    def _living(self, key: Hashable) -> _Entry | None:
        """The entry, if it's alive; a dead one is removed."""
        entry = self._entries.get(key)
        if entry is None or entry.expires_at is None or self._clock() < entry.expires_at:
            return entry
        self._drop(entry)
        self._stats["expirations"] += 1
        return None

    def _store(self, key: Hashable, value: Any) -> None:
        expires_at = None if self._ttl is None else self._clock() + self._ttl
        entry = self._living(key)
        if entry is not None:  # an update evicts nothing
            entry.value, entry.expires_at = value, expires_at
            self._use(entry)
        else:
            if len(self._entries) == self._capacity:
                self._drop(self._victim())
                self._stats["evictions"] += 1
            entry = self._entries[key] = _Entry(key, value, expires_at)
            self._add(entry)
        self._by_age[key] = None
        self._by_age.move_to_end(key)

    def _drop(self, entry: _Entry) -> None:
        del self._entries[entry.key], self._by_age[entry.key]
        self._remove(entry)

    def _end_flight(self, key: Hashable, flight: _Flight) -> bool:
        """Forgets the flight; returns False if the key was deleted since, and the flight is nobody's business now."""
        if self._flights.get(key) is not flight:
            return False
        del self._flights[key]
        return True

    def _add(self, entry: _Entry) -> None:
        raise NotImplementedError

    def _use(self, entry: _Entry) -> None:
        raise NotImplementedError

    def _remove(self, entry: _Entry) -> None:
        raise NotImplementedError

    def _victim(self) -> _Entry:
        raise NotImplementedError

    def _in_order(self) -> list[Hashable]:
        raise NotImplementedError


class LRUCache(_Cache):
    """Evicts the least recently used key. Every call but keys takes O(1) on average."""

    def __init__(
        self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(capacity, ttl, clock)
        self._order: OrderedDict[Hashable, _Entry] = OrderedDict()  # the least recently used first

    def _add(self, entry: _Entry) -> None:
        self._order[entry.key] = entry

    def _use(self, entry: _Entry) -> None:
        self._order.move_to_end(entry.key)

    def _remove(self, entry: _Entry) -> None:
        del self._order[entry.key]

    def _victim(self) -> _Entry:
        return next(iter(self._order.values()))

    def _in_order(self) -> list[Hashable]:
        return list(reversed(self._order))


class LFUCache(_Cache):
    """Evicts the least frequently used key, among equals the least recently used. O(1) on average, but for keys."""

    def __init__(
        self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(capacity, ttl, clock)
        self._buckets: dict[int, OrderedDict[Hashable, _Entry]] = {}  # by uses; each the least recently used first
        # The least number of uses, whenever the cache is full. A dead or deleted entry may leave it behind; but then
        # the cache has room, and the next new key, without which nothing is evicted, sets it to 1.
        self._lowest = 0

    def _add(self, entry: _Entry) -> None:
        self._buckets.setdefault(entry.uses, OrderedDict())[entry.key] = entry
        if entry.uses == 1:
            self._lowest = 1

    def _use(self, entry: _Entry) -> None:
        self._remove(entry)
        if self._lowest == entry.uses and entry.uses not in self._buckets:
            self._lowest += 1  # where the entry goes now
        entry.uses += 1
        self._add(entry)

    def _remove(self, entry: _Entry) -> None:
        bucket = self._buckets[entry.uses]
        del bucket[entry.key]
        if not bucket:
            del self._buckets[entry.uses]

    def _victim(self) -> _Entry:
        return next(iter(self._buckets[self._lowest].values()))

    def _in_order(self) -> list[Hashable]:
        return [key for uses in sorted(self._buckets, reverse=True) for key in reversed(self._buckets[uses])]
