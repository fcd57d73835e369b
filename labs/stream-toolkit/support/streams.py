"""Streams, work and consumers that keep a log. It runs beside your code, and gives plain data to the tests."""

from __future__ import annotations

import asyncio
from typing import Any

import stream_toolkit


class Source:
    """An iterator over numbers from 0 (to `end`, or for ever) that counts what was taken and knows whether it was closed."""

    def __init__(self, end: int | None = None) -> None:
        self.taken, self.closed, self._end = 0, False, end

    def __iter__(self) -> Source:
        return self

    def __next__(self) -> int:
        if self._end is not None and self.taken >= self._end:
            raise StopIteration
        self.taken += 1
        return self.taken - 1

    def close(self) -> None:
        self.closed = True


def results(name: str, items: Any, *arguments: Any) -> list[Any]:
    """All that a stream tool gives for a list."""
    return list(getattr(stream_toolkit, name)(items, *arguments))


def taken_for(name: str, count: int, *arguments: Any) -> tuple[int, int, bool]:
    """What was taken from an endless source before the first next, after `count` results; and whether close reached it."""
    source = Source()
    stream = getattr(stream_toolkit, name)(source, *arguments)
    before = source.taken
    for _ in range(count):
        next(stream)
    after = source.taken
    stream.close()
    return before, after, source.closed


def twice_from_a_generator(name: str, *arguments: Any) -> list[Any]:
    """What comes out when the source is a generator."""
    return list(getattr(stream_toolkit, name)((n for n in range(7)), *arguments))


def batches_changed_by_the_consumer(size: int) -> list[list[int]]:
    """Keeps every batch, and empties the one before when a new one comes."""
    kept: list[list[int]] = []
    for batch in stream_toolkit.batched(range(7), size):
        if kept:
            kept[-1].append(-1)
        kept.append(batch)
    return kept


def unique_by_case(words: list[str], memory: int) -> list[str]:
    """Words that differ in more than case from those remembered."""
    return list(stream_toolkit.unique(words, key=str.lower, memory=memory))


def span(raises: str = "", end_raises: str = "", again: bool = False) -> dict[str, Any]:
    """One span of 2.5 s around a block that may raise; on_end may raise too."""
    kinds = {"KeyError": KeyError, "ValueError": ValueError, "CancelledError": asyncio.CancelledError}
    ticks, ends, error = iter([10.0, 12.5, 20.0, 30.0]), [], ""

    def on_end(*told: Any) -> None:
        ends.append(told)
        if end_raises:
            raise kinds[end_raises]("from on_end")

    timed = stream_toolkit.Span("embed", lambda: next(ticks), on_end)
    same, swallowed = False, False
    try:
        with timed as given:
            same = given is timed
            if raises:
                raise kinds[raises]("from the block")
        swallowed = bool(raises)
    except BaseException as caught:
        error = f"{type(caught).__name__} {caught.args[0] if caught.args else ''}".strip()
    second = ""
    if again:
        try:
            with timed:
                pass
        except BaseException as caught:
            second = type(caught).__name__
    return {"ends": ends, "same": same, "error": error, "seconds": timed.seconds, "swallowed": swallowed, "second": second}


class Work:
    """Coroutines that wait at gates which the driver opens, and write down what happens."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.running = self.peak = 0
        self.fail: set[int] = set()
        self.cleaned = 0

    async def __call__(self, item: int) -> int:
        self.running += 1
        self.peak = max(self.peak, self.running)
        self.log.append(f"begin {item}")
        try:
            await self.gates.setdefault(item, asyncio.Event()).wait()
            if item in self.fail:
                raise KeyError(item)
            self.log.append(f"end {item}")
            return item * 10
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # a clean-up that takes some turns
            await asyncio.sleep(0)
            self.log.append(f"cleaned {item}")
            self.cleaned += 1
            raise
        finally:
            self.running -= 1

    def open(self, *items: int) -> None:
        for item in items:
            self.gates.setdefault(item, asyncio.Event()).set()


async def turns(count: int = 20) -> None:
    """Lets everything that can run, run."""
    for _ in range(count):
        await asyncio.sleep(0)


def _run(main: Any) -> Any:
    async def guarded() -> Any:
        async with asyncio.timeout(8):  # a tool that waits for ever fails its test, and not the run
            return await main

    return asyncio.run(guarded())


def gather_in_order(order: list[int], limit: int) -> dict[str, Any]:
    """Gates are opened in this order, one at a time."""

    async def main() -> dict[str, Any]:
        work, source = Work(), Source(len(order))
        job = asyncio.create_task(stream_toolkit.bounded_gather(work, source, limit))
        await turns()
        ahead = [source.taken]
        for done, item in enumerate(order, 1):
            work.open(item)
            await turns()
            ahead.append(source.taken - done)
        return {"results": await job, "peak": work.peak, "unfinished": ahead}

    return _run(main())


def gather_fails(limit: int, failing: int, count: int) -> dict[str, Any]:
    """One of the first items fails while the others run."""

    async def main() -> dict[str, Any]:
        work, source = Work(), Source(count)
        work.fail.add(failing)
        job = asyncio.create_task(stream_toolkit.bounded_gather(work, source, limit))
        await turns()
        taken = source.taken
        work.open(failing)
        error = ""
        try:
            await job
        except BaseException as caught:
            error = type(caught).__name__
        at_the_end = (work.running, work.cleaned)
        await turns()
        return {"error": error, "running": at_the_end[0], "cleaned": at_the_end[1], "taken_after": source.taken - taken}

    return _run(main())


def gather_cancelled(limit: int) -> dict[str, Any]:
    """The whole is cancelled from outside."""

    async def main() -> dict[str, Any]:
        work = Work()
        job = asyncio.create_task(stream_toolkit.bounded_gather(work, Source(10), limit))
        await turns()
        job.cancel()
        error = ""
        try:
            await job
        except BaseException as caught:
            error = type(caught).__name__
        return {"error": error, "running": work.running, "cleaned": work.cleaned}

    return _run(main())


def gather_simple(items: list[int], limit: int) -> list[int]:
    """Work that is ready at once."""

    async def double(item: int) -> int:
        return 2 * item

    return _run(stream_toolkit.bounded_gather(double, items, limit))


def deadline(kind: str) -> dict[str, Any]:
    """Work that is in time, late, wrong in time, or cancelled from outside."""

    async def main() -> dict[str, Any]:
        log: list[str] = []

        async def work() -> str:
            try:
                if kind == "quick":
                    return "work"
                if kind == "own timeout":
                    raise TimeoutError("the work's own")
                if kind == "own error":
                    raise KeyError("x")
                await asyncio.sleep(60)
                return "too late"
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                log.append("work cleaned")
                raise

        async def fallback() -> str:
            log.append("fallback")
            return "fallback"

        job = asyncio.create_task(stream_toolkit.first_within(0.02 if kind == "late" else 30, work, fallback))
        if kind == "cancelled":
            await turns()
            job.cancel()
        try:
            log.append(f"got {await job}")
        except BaseException as caught:
            log.append(type(caught).__name__)
        return {"log": log, "tasks_left": len(asyncio.all_tasks()) - 1}

    return _run(main())


def ordered(order: list[int], limit: int) -> dict[str, Any]:
    """What the consumer has, and how many were taken, after each gate that opens."""

    async def main() -> dict[str, Any]:
        work, source, got = Work(), Source(len(order)), []

        async def consume() -> None:
            async for result in stream_toolkit.ordered_stream(work, source, limit):
                got.append(result)

        consumer = asyncio.create_task(consume())
        await turns()
        seen, ahead = [], [source.taken]
        for item in order:
            work.open(item)
            await turns()
            seen.append(list(got))
            ahead.append(source.taken - len(got))
        await consumer
        return {"seen": seen, "got": got, "peak": work.peak, "most_ahead": max(ahead)}

    return _run(main())


def ordered_closed(limit: int, after: int) -> dict[str, Any]:
    """The consumer stops early and closes the stream."""

    async def main() -> dict[str, Any]:
        work, source = Work(), Source()
        work.open(*range(after))
        stream = stream_toolkit.ordered_stream(work, source, limit)
        got = [await stream.__anext__() for _ in range(after)]
        waiting = asyncio.create_task(stream.__anext__())
        await turns()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await stream.aclose()
        return {"got": got, "running": work.running, "cleaned": work.cleaned > 0, "taken": source.taken}

    return _run(main())


def ordered_slow_consumer(limit: int) -> int:
    """How many items are taken while the consumer holds the first result and everything is ready."""

    async def main() -> int:
        work, source = Work(), Source()
        work.open(*range(100))
        stream = stream_toolkit.ordered_stream(work, source, limit)
        await stream.__anext__()
        await turns(60)
        taken = source.taken
        await stream.aclose()
        return taken

    return _run(main())


