"""Threads that meet in get_or_compute, and threads that hammer a cache; each function returns plain data.

Computations are held until the other threads have ended or wait, so that a computation too many has every chance to
start. Deadlines only end what would hang: correct code never comes near them.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from interleave import NEVER_ENDED, ManualClock, settle

_DEADLINE_SECONDS = 5.0


class Unavailable(Exception):
    """What a failing computation raises."""


class Leaving(BaseException):
    """A failure that is not an Exception, as SystemExit and CancelledError are not."""


class Model:
    """A computation that counts its calls: the n-th gives "answer n", or fails if n is among `failing`."""

    def __init__(self, failing: tuple[int, ...] = (), failure: type[BaseException] = Unavailable) -> None:
        self._failing, self._failure = failing, failure
        self._lock = threading.Lock()
        self.calls = 0

    def __call__(self) -> str:
        with self._lock:
            self.calls += 1
            number = self.calls
        self.think(number)
        if number in self._failing:
            raise self._failure(f"call {number}")
        return f"answer {number}"

    def think(self, number: int) -> None:
        """What takes time; here none."""

    def reset(self) -> None:
        self.calls = 0

    def count(self) -> int:
        return self.calls


class HeldModel(Model):
    """The first calls are held until each is let go; `begun` tells that one has begun."""

    def __init__(
        self, failing: tuple[int, ...] = (), failure: type[BaseException] = Unavailable, held: int = 1
    ) -> None:
        super().__init__(failing, failure)
        self.begun = [threading.Event() for _ in range(held)]
        self.let_go = [threading.Event() for _ in range(held)]

    def think(self, number: int) -> None:
        if number <= len(self.begun):
            self.begun[number - 1].set()
            self.let_go[number - 1].wait(4 * _DEADLINE_SECONDS)


class Caller(threading.Thread):
    """One thread that makes one call; `outcome` is what it returned, "raised Type: text" or "never ended"."""

    def __init__(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        super().__init__(daemon=True)
        self._call = lambda: function(*arguments, **named)
        self.outcome: Any = NEVER_ENDED
        self.start()

    def run(self) -> None:
        try:
            self.outcome = self._call()
        except BaseException as error:  # noqa: BLE001 - the test is told
            self.outcome = f"raised {type(error).__name__}: {error}" if str(error) else f"raised {type(error).__name__}"

    def end(self) -> Any:
        self.join(_DEADLINE_SECONDS)
        return self.outcome


def _begins(event: threading.Event, caller: Caller) -> None:
    """Waits until a computation has begun, or its caller has ended without it."""
    end = time.monotonic() + _DEADLINE_SECONDS
    while not event.wait(0.005) and caller.is_alive() and time.monotonic() < end:
        pass


def stampede(
    make: Callable[..., Any], arguments: list[Any], callers: int, failing: bool, leaving: bool = False
) -> dict[str, Any]:
    """Many ask for one key whose computation ends only when all of them wait for it, or have begun their own.

    Then one more asks. What each got, and how often was computed.
    """
    cache = make(*arguments)
    model = HeldModel(tuple(range(1, callers + 1)) if failing else (), Leaving if leaving else Unavailable, callers)
    threads = [Caller(cache.get_or_compute, "key", model)]
    _begins(model.begun[0], threads[0])
    threads += [Caller(cache.get_or_compute, "key", model) for _ in range(callers - 1)]
    settle(threads, _DEADLINE_SECONDS)
    for event in model.let_go:
        event.set()
    outcomes = sorted(str(thread.end()) for thread in threads)
    computed, stored = model.calls, Caller(cache.keys).end()
    return {
        "outcomes": outcomes,
        "computed": computed,
        "stored": stored,
        "one more": Caller(cache.get_or_compute, "key", lambda: "a new answer").end(),
        "stats": Caller(cache.stats).end(),
    }


def beside_a_slow_one(make: Callable[..., Any], arguments: list[Any]) -> dict[str, Any]:
    """What other keys' calls give while the computation of "slow" is held."""
    cache = make(*arguments)
    cache.put("there", 1)
    slow = HeldModel()
    leader = Caller(cache.get_or_compute, "slow", slow)
    _begins(slow.begun[0], leader)
    calls = {
        "get": Caller(cache.get, "there"),
        "put": Caller(cache.put, "new", 2),
        "compute": Caller(cache.get_or_compute, "other", Model()),
        "len": Caller(lambda: len(cache) > 0),
        "get of the slow key": Caller(cache.get, "slow", "not yet"),
    }
    end = time.monotonic() + _DEADLINE_SECONDS
    for thread in calls.values():
        thread.join(max(0.0, end - time.monotonic()))
    outcomes = {name: thread.outcome for name, thread in calls.items()}
    slow.let_go[0].set()
    return {**outcomes, "slow": leader.end()}


def two_at_once(make: Callable[..., Any], arguments: list[Any]) -> list[Any]:
    """Two keys' computations that each wait until the other has begun."""
    cache = make(*arguments)
    begun = {name: threading.Event() for name in "ab"}

    def compute(name: str, other: str) -> str:
        begun[name].set()
        return "together" if begun[other].wait(_DEADLINE_SECONDS) else "alone"

    threads = [Caller(cache.get_or_compute, name, lambda name=name, other=other: compute(name, other))
               for name, other in ("ab", "ba")]  # fmt: skip
    return [thread.end() for thread in threads]


def nested(make: Callable[..., Any], arguments: list[Any]) -> list[Any]:
    """A computation that asks the same cache for another key."""
    cache = make(*arguments)
    outer = Caller(cache.get_or_compute, "outer", lambda: "outer of " + cache.get_or_compute("inner", lambda: "inner"))
    return [outer.end(), sorted(Caller(cache.keys).end())]


def hammer(make: Callable[..., Any], arguments: list[Any], threads: int, rounds: int) -> dict[str, Any]:
    """Threads that get, put and compute at random, switched as often as the interpreter can. What was ever wrong."""
    cache = make(*arguments)
    capacity = arguments[0]
    found: dict[str, Any] = {"raised": [], "foreign values": 0, "longest": 0, "reads": 0}
    lock = threading.Lock()

    def work(seed: int) -> None:
        rng = random.Random(seed)
        reads = foreign = longest = 0
        for _ in range(rounds):
            key = rng.randrange(2 * capacity)
            action = rng.randrange(3)
            if action == 0:
                cache.put(key, ("value of", key))
            else:
                reads += 1
                value = cache.get(key) if action == 1 else cache.get_or_compute(key, lambda: ("value of", key))
                foreign += value not in (("value of", key), None)
            longest = max(longest, len(cache))
        with lock:
            found["reads"] += reads
            found["foreign values"] += foreign
            found["longest"] = max(found["longest"], longest)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        callers = [Caller(work, seed) for seed in range(threads)]
        outcomes = [caller.end() for caller in callers]
    finally:
        sys.setswitchinterval(interval)
    found["raised"] = sorted({outcome for outcome in outcomes if outcome is not None})
    stats = Caller(cache.stats).end()
    found["counted"] = stats["hits"] + stats["misses"] if isinstance(stats, dict) else stats
    return found


def waiter_with_a_deadline(make: Callable[..., Any], arguments: list[Any]) -> dict[str, Any]:
    """One waits with a timeout for a computation that is held until it has given up; another without."""
    cache = make(*arguments)
    slow = HeldModel()
    leader = Caller(cache.get_or_compute, "key", slow)
    _begins(slow.begun[0], leader)
    patient = Caller(cache.get_or_compute, "key", slow)
    hasty = Caller(cache.get_or_compute, "key", slow, timeout=0.02).end()
    slow.let_go[0].set()
    return {
        "hasty": str(hasty).partition(":")[0],
        "patient": patient.end(),
        "leader": leader.end(),
        "computed": slow.calls,
        "stored": Caller(cache.get, "key").end(),
    }


def leader_with_a_deadline(make: Callable[..., Any], arguments: list[Any]) -> Any:
    """A timeout bounds how long one waits for others, not one's own computation."""
    cache = make(*arguments)

    def compute() -> str:
        time.sleep(0.05)
        return "in my own time"

    return Caller(cache.get_or_compute, "key", compute, timeout=0.001).end()


def delete_while_computing(make: Callable[..., Any], arguments: list[Any]) -> dict[str, Any]:
    """The key is deleted while its computation is held; then the computation ends."""
    cache = make(*arguments)
    slow = HeldModel()
    leader = Caller(cache.get_or_compute, "key", slow)
    _begins(slow.begun[0], leader)
    waiter = Caller(cache.get_or_compute, "key", slow)
    settle([waiter], _DEADLINE_SECONDS)
    deleted = Caller(cache.delete, "key").end()
    slow.let_go[0].set()
    return {
        "deleted": deleted,
        "leader": leader.end(),
        "waiter": waiter.end(),
        "stored": Caller(cache.get, "key", "nothing").end(),
    }


def ask_after_a_delete(make: Callable[..., Any], arguments: list[Any], old_one_ends_first: bool) -> dict[str, Any]:
    """The key is deleted while its computation is held; who asks then must not get what was computed before."""
    cache = make(*arguments)
    model = HeldModel(held=2)
    old = Caller(cache.get_or_compute, "key", model)
    _begins(model.begun[0], old)
    Caller(cache.delete, "key").end()
    new = Caller(cache.get_or_compute, "key", model)
    settle([new], _DEADLINE_SECONDS)
    second_began = model.begun[1].is_set()
    order = [(0, old), (1, new)] if old_one_ends_first else [(1, new), (0, old)]
    for number, caller in order:
        model.let_go[number].set()
        caller.end()
    return {
        "began anew": second_began,
        "old": old.outcome,
        "new": new.outcome,
        "stored": Caller(cache.get, "key").end(),
        "computed": model.calls,
    }


def play(make: Callable[..., Any], capacity: int, ttl: float, steps: list[list[Any]]) -> list[list[Any]]:
    """Makes calls one after the other; each step is [seconds that pass, a method's name, key, value or default].

    Returns [result, keys, stats] for each.
    """
    clock = ManualClock()
    cache = make(capacity, ttl, clock)
    results = []
    for seconds, name, key, value in steps:
        clock.advance(seconds)
        result = getattr(cache, name)(key, (lambda value=value: value) if name == "get_or_compute" else value)
        results.append([result, cache.keys(), cache.stats()])
    return results


def sweep_one_of(make: Callable[..., Any], keys: list[Any]) -> int:
    """Fills a cache, lets each key in turn die and be swept while the others live, and counts the swept."""
    clock = ManualClock()
    cache = make(len(keys), len(keys), clock)
    for key in keys:
        clock.advance(1)
        cache.put(key, key)
    swept = 0
    for key in keys:
        clock.advance(1)
        swept += cache.sweep(1)
        cache.put(key, key)
    return swept
