"""Caches that threads can share: least recently used, least frequently used, with a time to live."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any


class LRUCache:
    """Evicts the least recently used key."""

    def __init__(
        self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises ValueError unless capacity is at least 1."""
        raise NotImplementedError

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Returns the value of a living entry, which is a use of it, or default."""
        raise NotImplementedError

    def put(self, key: Hashable, value: Any) -> None:
        """Stores a value; evicts one entry if the key is new and the cache is full."""
        raise NotImplementedError

    def get_or_compute(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Returns the key's value; if there is none, that of compute(), of which at most one runs for a key."""
        raise NotImplementedError

    def keys(self) -> list[Hashable]:
        """Returns the keys; the one that would be evicted next comes last."""
        raise NotImplementedError

    def stats(self) -> dict[str, int]:
        """Returns how many hits, misses, evictions and expirations there were."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Returns how many entries are stored."""
        raise NotImplementedError


class LFUCache(LRUCache):
    """Evicts the least frequently used key, among equals the least recently used.

    It has the methods of LRUCache. What the two share, and whether one should inherit from the other, is yours to
    decide.
    """
