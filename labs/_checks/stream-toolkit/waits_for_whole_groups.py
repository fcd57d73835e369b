# must fail: test_room_is_used_as_soon
"""Tools for streams: lazy, bounded, and tidy when they end early."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name}: expected at least 1, found {value}")


@contextmanager
def _closing(items: Iterable[Any]) -> Iterator[Iterator[Any]]:
    """The items as an iterator that is closed with the block, if it can be."""
    source = iter(items)
    try:
        yield source
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of size elements; the last may be shorter. ValueError: size below 1."""
    _at_least_one("size", size)  # here and not in the generator, which would look at its first next

    def batches() -> Iterator[list[Any]]:
        with _closing(items) as source:
            batch: list[Any] = []
            for item in source:
                batch.append(item)
                if len(batch) == size:
                    yield batch
                    batch = []  # a new one: the consumer may have kept the old one
            if batch:
                yield batch

    return batches()


def windowed(items: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """Tuples of size neighbours. ValueError: size below 1."""
    _at_least_one("size", size)

    def windows() -> Iterator[tuple[Any, ...]]:
        with _closing(items) as source:
            window: deque[Any] = deque(maxlen=size)
            for item in source:
                window.append(item)
                if len(window) == size:
                    yield tuple(window)

    return windows()


def unique(items: Iterable[Any], key: Callable[[Any], Any] | None = None, memory: int = 1000) -> Iterator[Any]:
    """Elements whose key is not among the last different keys. ValueError: memory below 1."""
    _at_least_one("memory", memory)

    def new_ones() -> Iterator[Any]:
        seen: OrderedDict[Any, None] = OrderedDict()
        with _closing(items) as source:
            for item in source:
                mark = item if key is None else key(item)
                known = mark in seen
                seen[mark] = None
                seen.move_to_end(mark)
                if len(seen) > memory:
                    seen.popitem(last=False)
                if not known:
                    yield item

    return new_ones()


class Span:
    """Times a block; used once."""

    def __init__(self, name: str, clock: Callable[[], float], on_end: Callable[[str, float, str], None]) -> None:
        self._name, self._clock, self._on_end = name, clock, on_end
        self._begun: float | None = None
        self.seconds: float | None = None

    def __enter__(self) -> Span:
        if self._begun is not None:
            raise RuntimeError(f"the span {self._name!r} was used before")
        self._begun = self._clock()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        assert self._begun is not None
        self.seconds = self._clock() - self._begun
        try:
            self._on_end(self._name, self.seconds, "ok" if kind is None else kind.__name__)
        except Exception:
            if kind is None:
                raise
        return False


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels the tasks and waits until all have cleaned up."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def bounded_gather(work: Callable[[Any], Awaitable[Any]], items: Iterable[Any], limit: int) -> list[Any]:
    """The results of work(item) in order, at most limit at once. ValueError: limit below 1."""
    _at_least_one("limit", limit)
    source, results = iter(items), []
    running: dict[asyncio.Task[Any], int] = {}
    more = True
    try:
        while True:
            while more and len(running) < limit:
                try:
                    item = next(source)
                except StopIteration:
                    more = False
                    break
                running[asyncio.ensure_future(work(item))] = len(results)
                results.append(None)
            if not running:
                return results
            done, _ = await asyncio.wait(running, return_when=asyncio.ALL_COMPLETED)
            for task in done:
                results[running[task]] = task.result()
                del running[task]
    finally:
        await _end(running)


async def first_within(
    seconds: float, work: Callable[[], Awaitable[Any]], fallback: Callable[[], Awaitable[Any]]
) -> Any:
    """What work returns in time, else what fallback returns."""
    task = asyncio.ensure_future(work())
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()  # its own errors too, a TimeoutError among them
    finally:
        await _end({task})
    return await fallback()


async def ordered_stream(work: Callable[[Any], Awaitable[Any]], items: Iterable[Any], limit: int) -> AsyncIterator[Any]:
    """Yields the results of work(item) in order, with at most limit running or waiting to be taken."""
    _at_least_one("limit", limit)
    source = iter(items)
    started: deque[asyncio.Task[Any]] = deque()
    more = True
    try:
        while True:
            while more and len(started) < limit:
                try:
                    started.append(asyncio.ensure_future(work(next(source))))
                except StopIteration:
                    more = False
            if not started:
                return
            await asyncio.wait({started[0]})
            yield started.popleft().result()
    finally:
        await _end(started)

