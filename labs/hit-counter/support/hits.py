"""Scenarios for hit counters that need threads or a clock beside the counter; each returns plain data."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

from interleave import NEVER_ENDED, ManualClock

_DEADLINE_SECONDS = 10.0


def play(make: Callable[..., Any], size: int, steps: list[list[Any]]) -> list[Any]:
    """Makes calls one after the other; each step is [time, a method's name, argument, ...]. What each returned."""
    clock = ManualClock(steps[0][0] if steps else 0)
    counter = make(size, clock)
    results = []
    for now, name, *arguments in steps:
        clock.set(now)
        results.append(getattr(counter, name)(*arguments))
    return results


def retained(make: Callable[..., Any], size: int, steps: list[list[Any]]) -> int:
    """Memory, in bytes, that a counter holds after `play` with these steps."""
    clock = ManualClock(0)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        counter = make(size, clock)
        for now, name, *arguments in steps:
            clock.set(now)
            getattr(counter, name)(*arguments)
        gc.collect()
        return max(0, tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()


def hammer(make: Callable[..., Any], size: int, threads: int, rounds: int) -> dict[str, Any]:
    """Threads that hit and count while the clock goes on, switched as often as the interpreter can.

    The window is longer than the clock will go, so nothing may be missing at the end. Counts that fell are counted.
    """
    clock = ManualClock(0)
    counter = make(size, clock)
    found: dict[str, Any] = {"raised": [], "fell": 0, "ended": 0}
    lock = threading.Lock()

    def work(number: int) -> None:
        seen = fell = 0
        try:
            for step in range(rounds):
                counter.hit()
                if number == 0:
                    clock.set(step * (size - 1) / rounds)
                if step % 8 == 0:
                    now = counter.count()
                    fell += now < seen
                    seen = now
        except BaseException as error:  # noqa: BLE001 - the test is told
            with lock:
                found["raised"].append(type(error).__name__)
        with lock:
            found["fell"] += fell
            found["ended"] += 1

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        workers = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(_DEADLINE_SECONDS)
    finally:
        sys.setswitchinterval(interval)
    found["counted"] = NEVER_ENDED if found["ended"] < threads else counter.count()
    return found
