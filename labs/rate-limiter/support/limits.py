"""Scenarios for limiters that need threads or a clock beside the limiter; each returns plain data."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from interleave import ManualClock


def play(make: Callable[..., Any], arguments: list[Any], steps: list[list[Any]], method: str = "try_take") -> list[Any]:
    """Calls one after the other; each step is [time, argument, ...]. What each returned."""
    clock = ManualClock(steps[0][0] if steps else 0)
    limiter = make(*arguments, clock)
    results = []
    for now, *given in steps:
        clock.set(now)
        results.append(getattr(limiter, method)(*given))
    return results


def kept(make: Callable[..., Any], arguments: list[Any], steps: list[list[Any]]) -> list[int]:
    """The number of buckets after each step."""
    clock = ManualClock(steps[0][0])
    limiter = make(*arguments, clock)
    out = []
    for now, *given in steps:
        clock.set(now)
        limiter.try_take(*given)
        out.append(len(limiter))
    return out


def wide(make: Callable[..., Any], arguments: list[Any], keys: int) -> int:
    """So many keys, each once, an eighth of a second apart; the largest number of buckets seen."""
    clock = ManualClock(0.0)
    limiter, most = make(*arguments, clock), 0
    for key in range(keys):
        clock.set(key / 8)
        limiter.try_take(key)
        most = max(most, len(limiter))
    return most


def hammer(make: Callable[..., Any], arguments: list[Any], threads: int, calls: int, *given: Any) -> int:
    """How many of all calls go through while the clock stands still, with threads switched all the time."""
    limiter = make(*arguments, ManualClock(100.0))
    passed: list[int] = []

    def work() -> None:
        passed.append(sum(limiter.try_take(*given) == 0 for _ in range(calls)))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(10)
    finally:
        sys.setswitchinterval(interval)
    return sum(passed) if len(passed) == threads else -1
