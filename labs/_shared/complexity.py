"""Measures how the work of a function grows with its input, without asserting on seconds.

It runs beside the learner's code and hands plain numbers to the tests. `work_exponent` counts steps: it calls the
function on a small and on a larger input and returns e where steps ~ size ** e. About 1 is linear, 1.2 is n log n,
2 is quadratic. What counts as a step:

* every bytecode instruction that Python code runs, in whatever file;
* every comparison, hash and arithmetic operation on the input's numbers and strings and on what is computed from
  them, which charges loops that run in C (`x in some_list`, `sum(values[i:j])`, `min(window)`, `sorted(values)`);
* eight bytes of memory that one instruction leaves allocated, which charges slices, copies and concatenation;
* the elements that `pop(0)`, `insert(0, x)` and `del items[0]` move, and those that `sum`, `min`, `max` and `sorted`
  read.

`cpu_exponent` is the second signal, for scans in C that none of these sees, such as `index in list_of_indices`. It
takes the least of several measurements of CPU time; from n to 8 n, linear code has room for a factor of four before
1.7.

Not in scope: code that sets out to deceive the meter. It measures an honest solution.
"""

from __future__ import annotations

import collections
import dis
import gc
import math
import signal
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

_STEP_LIMIT = 1_000_000
_LEAST_ALLOCATION = 128
_GIVEN_UP = 100.0
_SMALL_SECONDS = 0.15
_LARGE_SECONDS = 1.5
_MEMORY_SECONDS = 5.0
_steps = 0


class _OverBudget(BaseException):
    """Not an Exception, so that the learner's `except Exception` doesn't swallow it."""


def work_exponent(
    function: Callable[..., Any], small: list[Any], large: list[Any], prepare: Callable[..., list[Any]] | None = None
) -> float:
    """Exponent of the growth of counted steps from the arguments `small` to the arguments `large`.

    `prepare(*arguments)`, where given, makes the arguments of the call and is not measured. A run that takes more
    than a million steps is cut, and the exponent is then 100.
    """
    ratio = _size_ratio(small, large)
    count_steps(function, small, prepare)  # Python 3.12 reports a function's instructions from its second call on
    before = count_steps(function, small, prepare)
    after = count_steps(function, large, prepare)
    if before < 0 or after < 0:
        return _GIVEN_UP
    return math.log(after / before) / math.log(ratio)


def cpu_exponent(
    function: Callable[..., Any],
    small: list[Any],
    large: list[Any],
    prepare: Callable[..., list[Any]] | None = None,
    enough: float = 1.55,
) -> float:
    """Exponent of the growth of CPU time; measures again, up to six times, until it is below `enough`.

    Each round keeps the least time of either size, so a busy machine can only delay the answer. A small run that
    takes 0.15 s, or two large ones cut at 1.5 times the allowance (at most 1.5 s), end it; the exponent is then 100.
    """
    ratio = _size_ratio(small, large)
    least = [math.inf, math.inf]
    cut = 0
    for _ in range(6):
        for _ in range(3):
            least[0] = min(least[0], _cpu_seconds(function, small, prepare, _SMALL_SECONDS))
            if math.isinf(least[0]):
                return _GIVEN_UP
        allowance = min(_LARGE_SECONDS, max(0.1, 1.5 * least[0] * ratio**enough))
        seconds = _cpu_seconds(function, large, prepare, allowance)
        least[1] = min(least[1], seconds)
        cut += math.isinf(seconds)
        if cut == 2 or least[1] < least[0] * ratio**enough:
            break
    if math.isinf(least[1]):
        return _GIVEN_UP
    return math.log(least[1] / least[0]) / math.log(ratio)


def count_steps(
    function: Callable[..., Any], arguments: list[Any], prepare: Callable[..., list[Any]] | None = None
) -> int:
    """Steps of one call, or -1 if it was cut at the step limit. An iterator that is returned is run to its end."""
    global _steps
    ready = _ready(_counted(arguments), prepare)
    namespace = getattr(function, "__globals__", {})
    shadows = {name: wrap for name, wrap in _BUILTINS.items() if name not in namespace}
    outer_trace, outer_profile = sys.gettrace(), sys.getprofile()
    was_tracing = tracemalloc.is_tracing()
    namespace.update(shadows)
    if not was_tracing:
        tracemalloc.start()
    trace, profile = _meters()
    _steps = 0
    try:
        sys.setprofile(profile)
        sys.settrace(trace)
        _finish(function(*ready))
    except _OverBudget:
        return -1
    finally:
        sys.settrace(outer_trace)
        sys.setprofile(outer_profile)
        if not was_tracing:
            tracemalloc.stop()
        for name in shadows:
            namespace.pop(name, None)
    return max(_steps, 1)


def peak_bytes(
    function: Callable[..., Any], arguments: list[Any], prepare: Callable[..., list[Any]] | None = None
) -> int:
    """Most memory that one call held at a time beyond its arguments, in bytes; its result counts.

    Raises RuntimeError for a call that takes more than five seconds of CPU time.
    """
    ready = _ready(_copied(arguments), prepare)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        if math.isinf(_timed(function, ready, _MEMORY_SECONDS)):
            raise RuntimeError(f"expected an end within {_MEMORY_SECONDS} s of CPU time, found none")
        return max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def retained_bytes(make: Callable[..., Any], arguments: list[Any], method: str, calls: list[list[Any]]) -> int:
    """Memory that `make(*arguments)` still holds after `method` was called with each list of `calls`, in bytes."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        subject = make(*arguments)
        bound = getattr(subject, method)
        for call in calls:
            bound(*_fresh(call))
        gc.collect()
        return max(0, tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()


def leaves_inputs_alone(function: Callable[..., Any], arguments: list[Any]) -> bool:
    """Whether one call leaves its arguments, and the lists inside them, equal to what they were."""
    ready = _copied(arguments)
    _finish(function(*ready))
    return ready == arguments


def replay(make: Callable[..., Any], arguments: list[Any], calls: list[list[Any]]) -> list[Any]:
    """Makes an object and calls its methods: each call is [name, argument, ...]. Returns what they returned."""
    subject = make(*arguments)
    return [getattr(subject, call[0])(*call[1:]) for call in calls]


def _ready(arguments: list[Any], prepare: Callable[..., list[Any]] | None) -> list[Any]:
    return arguments if prepare is None else prepare(*arguments)


def _finish(result: Any) -> None:
    if hasattr(result, "__next__"):
        collections.deque(result, maxlen=0)


def _size_ratio(small: list[Any], large: list[Any]) -> float:
    ratio = _size(large) / _size(small)
    if ratio < 2:
        raise ValueError(f"expected an input at least twice as large, found {ratio:.2f} times")
    return ratio


def _size(value: Any) -> int:
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(_size(item) for item in value)
    if isinstance(value, dict):
        return sum(_size(key) + _size(item) for key, item in value.items())
    return max(1, len(value)) if isinstance(value, (str, bytes)) else 1


def _map(value: Any, leaf: Callable[[Any], Any]) -> Any:
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_map(item, leaf) for item in value)
    if type(value) is dict:
        return {_map(key, leaf): _map(item, leaf) for key, item in value.items()}
    return leaf(value)


def _copied(value: Any) -> Any:
    return _map(value, lambda leaf: leaf)


def _fresh(value: Any) -> Any:
    """Copies strings too, so that what the callee keeps is charged to it."""
    return _map(value, lambda leaf: "".join(list(leaf)) if type(leaf) is str else leaf)


def _counted(value: Any) -> Any:
    kinds = {int: CountingInt, str: CountingStr}
    return _map(value, lambda leaf: kinds[type(leaf)](leaf) if type(leaf) in kinds else leaf)


def _cpu_seconds(
    function: Callable[..., Any], arguments: list[Any], prepare: Callable[..., list[Any]] | None, budget: float
) -> float:
    """CPU seconds of one call with the garbage collector off; infinity when it passes the budget."""
    ready = _ready(_copied(arguments), prepare)
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        return _timed(function, ready, budget)
    finally:
        if collecting:
            gc.enable()


def _timed(function: Callable[..., Any], ready: list[Any], budget: float) -> float:
    """CPU seconds of one call, infinity if it was cut; only the main thread can cut it."""
    guarded = threading.current_thread() is threading.main_thread()
    previous = signal.signal(signal.SIGPROF, _cut) if guarded else None
    try:
        if guarded:
            signal.setitimer(signal.ITIMER_PROF, budget)
        started = time.thread_time()
        _finish(function(*ready))
        return max(time.thread_time() - started, 1e-6)
    except _OverBudget:
        return math.inf
    finally:
        if guarded:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, previous)


def _cut(_signal: int, _frame: Any) -> None:
    raise _OverBudget


def _meters() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The trace function (instructions and allocations) and the profile function (moves inside list methods)."""
    here = __file__
    allocated = tracemalloc.get_traced_memory
    last = allocated()[0]
    deleting: list[Any] = []
    deletions: dict[int, tuple[Any, set[int]]] = {}

    def charge_moves() -> None:
        global _steps
        for items, first in deleting:
            if items and items[0] is not first:
                _steps += len(items)
        deleting.clear()

    def instruction(frame: Any, event: str, _argument: Any) -> Any:
        global _steps
        nonlocal last
        if event != "opcode":
            return instruction
        _steps += 1
        now = allocated()[0]
        if now - last >= _LEAST_ALLOCATION:
            _steps += (now - last) >> 3
        last = now
        if deleting:
            charge_moves()
        if _steps > _STEP_LIMIT:
            raise _OverBudget
        return instruction

    def instruction_or_deletion(frame: Any, event: str, argument: Any) -> Any:
        instruction(frame, event, argument)
        if event == "opcode" and frame.f_lasti in deletions[id(frame.f_code)][1]:
            deleting.extend((value, value[0]) for value in frame.f_locals.values() if type(value) is list and value)
        return instruction_or_deletion

    def entered(frame: Any, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename == here:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        code = frame.f_code
        if id(code) not in deletions:
            found = {step.offset for step in dis.get_instructions(code) if step.opname == "DELETE_SUBSCR"}
            deletions[id(code)] = (code, found)
        return instruction_or_deletion if deletions[id(code)][1] else instruction

    def profile(_frame: Any, event: str, called: Any) -> None:
        global _steps
        if event != "c_call" or type(getattr(called, "__self__", None)) is not list:
            return
        items, name = called.__self__, called.__name__
        if name in ("count", "reverse", "copy", "sort"):
            _steps += len(items)
        elif name in ("pop", "insert", "remove") and items:
            deleting.append((items, items[0]))

    return entered, profile


def _charging(function: Callable[..., Any]) -> Callable[..., Any]:
    """The builtin, charged for the elements of the container it reads; a generator is charged as it runs."""

    def charged(*arguments: Any, **options: Any) -> Any:
        global _steps
        if len(arguments) == 1 or function in (sum, sorted):
            _steps += len(arguments[0]) if hasattr(arguments[0], "__len__") else 0
        return function(*arguments, **options)

    return charged


_BUILTINS = {function.__name__: _charging(function) for function in (sum, min, max, sorted)}


def _operation(base: type, name: str, wrap: type | None) -> Callable[..., Any]:
    original = getattr(base, name)

    def counted(*operands: Any) -> Any:
        global _steps
        _steps += 1
        if _steps > _STEP_LIMIT:
            raise _OverBudget
        result = original(*operands)
        return wrap(result) if wrap is not None and type(result) is base else result

    counted.__name__ = name
    return counted


class CountingInt(int):
    """An int whose comparisons, hashes and arithmetic are counted; what is computed from it counts too."""

    __slots__ = ()


class CountingStr(str):
    """A string whose comparisons and hashes are counted."""

    __slots__ = ()


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "hash"):
    setattr(CountingInt, f"__{_name}__", _operation(int, f"__{_name}__", None))
    setattr(CountingStr, f"__{_name}__", _operation(str, f"__{_name}__", None))
for _name in ("add", "sub", "mul", "floordiv", "mod", "radd", "rsub", "rmul", "rfloordiv", "rmod", "neg", "abs"):
    setattr(CountingInt, f"__{_name}__", _operation(int, f"__{_name}__", CountingInt))
