"""Counts of what happened in the last seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable


class HitCounter:
    """Hits in the window (now - size, now], in whole seconds."""

    def __init__(self, size: int = 300, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ValueError unless size is at least 1."""
        raise NotImplementedError

    def hit(self, count: int = 1) -> None:
        """Records hits in the second of now."""
        raise NotImplementedError

    def count(self) -> int:
        """Returns the number of hits in the window."""
        raise NotImplementedError


class KeyedHitCounter:
    """Hits in the window (now - size, now], in whole seconds, by key. For the harder variant."""

    def __init__(self, size: int = 300, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ValueError unless size is at least 1."""
        raise NotImplementedError

    def hit(self, key: Hashable, count: int = 1) -> None:
        """Records hits of a key in the second of now."""
        raise NotImplementedError

    def count(self, key: Hashable) -> int:
        """Returns the number of a key's hits in the window."""
        raise NotImplementedError

    def total(self) -> int:
        """Returns the number of all hits in the window."""
        raise NotImplementedError

    def busiest(self, limit: int) -> list[tuple[Hashable, int]]:
        """Returns the keys with the most hits and their counts, at most limit of them."""
        raise NotImplementedError
