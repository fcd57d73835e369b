"""Tools for streams: lazy, bounded, and tidy when they end early."""

from __future__ import annotations


def batched(items, size):
    """Lists of size elements; the last may be shorter."""
    raise NotImplementedError


def windowed(items, size):
    """Tuples of size neighbours."""
    raise NotImplementedError


def unique(items, key=None, memory=1000):
    """Elements whose key is not among the last different keys."""
    raise NotImplementedError


class Span:
    """Times a block."""

    def __init__(self, name, clock, on_end):
        raise NotImplementedError


async def bounded_gather(work, items, limit):
    """The results of work(item) in order, at most limit at once."""
    raise NotImplementedError


async def first_within(seconds, work, fallback):
    """What work returns in time, else what fallback returns."""
    raise NotImplementedError
