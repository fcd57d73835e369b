"""Runs two threads through every way to interleave them with one switch, and says what came of each.

`explore` stops the first thread before one bytecode instruction of the learner's file, lets the second run until it has
ended or waits for something, then lets the first go on; and does so for every instruction in turn. If each operation is
one indivisible step, each outcome is one that some serial order of the calls gives; which those are, the test says.

No clock decides. Whether the second thread waits is asked of the kernel, so that a thread which is only slow to be
scheduled isn't taken for one that waits. A wrong answer would let a race go unseen at that instruction; it can't make
correct code fail.

Not in scope: races that need two switches, and code that sets out to deceive.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

MOST_PLACES = 250
_DEADLINE_SECONDS = 5.0
_PARKED_SECONDS = 1.0
_POLL_SECONDS = 0.0005
_CALM_POLLS = 3
_CALM_SECONDS = 0.2  # where the kernel doesn't say who waits: how long nothing may move
_CALM_SECONDS_OF_A_STOP = 0.005  # there the next stop makes up for a wrong guess
NEVER_ENDED = "never ended"

Call = list[Any]


class ManualClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def set(self, now: float) -> None:
        self.now = now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class SteppingClock:
    """A clock that goes on by `step` with each reading."""

    def __init__(self, step: float, now: float = 0.0) -> None:
        self.step = step
        self.now = now

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def explore(
    make: Callable[..., Any],
    arguments: list[Any],
    setup: list[Call],
    first: list[Call],
    second: list[Call],
    after: list[Call],
) -> list[dict[str, Any]]:
    """The distinct outcomes of running the calls `first` and `second` side by side.

    For each interleaving an object is made by `make(*arguments)` and prepared by the calls of `setup`; when both
    threads have ended, the calls of `after` look at what is left. A call is [name of a method or a function, argument,
    ...]. An outcome is {"first": results, "second": results, "after": results, "where": the first place at which the
    first thread was interrupted with this outcome}; the result of a call that raised is "raised KeyError". A thread
    that hasn't ended after five seconds has the result "never ended", and the search ends there.

    A first thread that runs through more than 250 instructions, because it loops, is stopped before each instruction's
    first, second and last execution, and at others evenly spread.
    """
    file = sys.modules[make.__module__].__file__ or ""
    scenario = (make, arguments, setup, first, second, after)
    outcomes: list[dict[str, Any]] = []
    trail: list[tuple[Any, int]] = []
    for _ in range(2):  # Python 3.12 reports a function's instructions from its second call on
        outcome, trail = _Run(*scenario, file, None).result()
        if _hangs(outcome):
            return [outcome]
    for place in _stops(trail):
        outcome, _ = _Run(*scenario, file, place).result()
        if all({**known, "where": ""} != {**outcome, "where": ""} for known in outcomes):
            outcomes.append(outcome)
        if _hangs(outcome):
            break
    return outcomes


def _stops(trail: list[tuple[Any, int]]) -> list[int]:
    """Which of the instructions, in the order of their execution, to stop before."""
    if len(trail) <= MOST_PLACES:
        return list(range(len(trail)))
    times: dict[tuple[Any, int], list[int]] = {}
    for place, instruction in enumerate(trail):
        times.setdefault(instruction, []).append(place)
    chosen = {place for places in times.values() for place in (*places[:2], places[-1])}
    spare = max(0, MOST_PLACES - len(chosen))
    return sorted(chosen | {len(trail) * number // spare for number in range(spare)})


def _hangs(outcome: dict[str, Any]) -> bool:
    return NEVER_ENDED in (outcome["first"], outcome["second"], outcome["after"])


def settle(threads: list[threading.Thread], seconds: float, calm_seconds: float = _CALM_SECONDS) -> None:
    """Returns when each of the threads has ended or waits for something; at the latest after `seconds`.

    Where /proc can't be read, that is when none has moved for `calm_seconds`.
    """
    end = time.monotonic() + seconds
    before: list[Any] = []
    calm_since, calm_polls = time.monotonic(), 0
    while time.monotonic() < end:
        time.sleep(_POLL_SECONDS)
        places, asleep = _places(threads)
        if not places:
            return
        if places != before or asleep is False:
            calm_since, calm_polls = time.monotonic(), 0
        calm_polls += 1
        before = places
        if calm_polls >= _CALM_POLLS and (asleep or time.monotonic() - calm_since > calm_seconds):
            return


def _places(threads: list[threading.Thread]) -> tuple[list[Any], bool | None]:
    """Where the living threads are, and whether all of them sleep; None where the kernel doesn't say."""
    frames = sys._current_frames()
    places, states = [], []
    for thread in threads:
        if thread.ident is None or not thread.is_alive():
            continue
        frame = frames.get(thread.ident)
        places.append((thread.ident, id(frame), frame.f_lasti if frame else -1))
        states.append(_state(thread))
    return places, None if None in states else all(state == "S" for state in states)


def _state(thread: threading.Thread) -> str | None:
    try:
        with open(f"/proc/self/task/{thread.native_id}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1].decode()
    except PermissionError:
        return None
    except OSError:  # the thread has gone, or there is no /proc
        return "X" if os.path.exists("/proc/self/task") else None


class _Run:
    """One interleaving: the first thread is stopped before the instruction numbered `place`, or nowhere."""

    def __init__(self, make: Any, arguments: list[Any], setup: list[Call], first: list[Call], second: list[Call],
                 after: list[Call], file: str, place: int | None) -> None:  # fmt: skip
        self._subject = make(*arguments)
        self._setup, self._calls, self._after = setup, {"first": first, "second": second}, after
        self._file, self._place = file, place
        self._trail: list[tuple[Any, int]] = []
        self._where = "the end of the first thread"
        self._results: dict[str, Any] = {"first": NEVER_ENDED, "second": NEVER_ENDED, "after": NEVER_ENDED}
        self._problem: BaseException | None = None
        self._second = threading.Thread(target=self._run, args=("second",), daemon=True)

    def result(self) -> tuple[dict[str, Any], list[tuple[Any, int]]]:
        """The outcome, and the instructions that the first thread ran through, each by its code and offset."""
        if self._ends(threading.Thread(target=self._run_first, daemon=True)) and self._problem is None:
            if self._second.ident is None:
                self._second.start()
            self._second.join(_DEADLINE_SECONDS)
            if not self._second.is_alive():
                self._ends(threading.Thread(target=self._look, daemon=True))
        if self._problem is not None:
            raise self._problem
        return {**self._results, "where": self._where}, self._trail

    @staticmethod
    def _ends(thread: threading.Thread) -> bool:
        thread.start()
        thread.join(_DEADLINE_SECONDS)
        return not thread.is_alive()

    def _run_first(self) -> None:
        try:
            for call in self._setup:
                self._do(call)
        except BaseException as error:  # noqa: BLE001 - the test is told
            self._problem = error
            return
        sys.settrace(self._enter)
        try:
            self._run("first")
        finally:
            sys.settrace(None)

    def _run(self, name: str) -> None:
        self._results[name] = [self._outcome(call) for call in self._calls[name]]

    def _look(self) -> None:
        self._results["after"] = [self._outcome(call) for call in self._after]

    def _outcome(self, call: Call) -> Any:
        try:
            return self._do(call)
        except BaseException as error:  # noqa: BLE001 - an outcome like others
            return f"raised {type(error).__name__}"

    def _do(self, call: Call) -> Any:
        target, *rest = call
        return (target if callable(target) else getattr(self._subject, target))(*rest)

    def _enter(self, frame: Any, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != self._file:
            return None
        frame.f_trace = self._step  # first, or Python 3.13 ignores the next line
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._step

    def _step(self, frame: Any, event: str, _argument: Any) -> Any:
        if event == "opcode":
            if len(self._trail) == self._place:
                self._where = f"{os.path.basename(self._file)}:{frame.f_lineno} in {frame.f_code.co_name}"
                self._second.start()
                settle([self._second], _PARKED_SECONDS, _CALM_SECONDS_OF_A_STOP)
            self._trail.append((frame.f_code, frame.f_lasti))
        return self._step
