"""Decides whether a request may go now, and if not, when."""

from __future__ import annotations

import time


class TokenBucket:
    """At most capacity at once, rate a second in the long run."""

    def __init__(self, rate, capacity, clock=time.monotonic):
        raise NotImplementedError


class SlidingWindow:
    """At most limit in any window."""

    def __init__(self, limit, window, clock=time.monotonic):
        raise NotImplementedError


class KeyedBuckets:
    """A token bucket for each key, forgotten when it is full again."""

    def __init__(self, rate, capacity, clock=time.monotonic):
        raise NotImplementedError
