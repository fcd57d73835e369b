"""The meter of labs/_shared/complexity.py tells linear from quadratic code, whatever the work is hidden in."""

import collections
import random
import threading

import pytest
from complexity import (
    count_steps,
    cpu_exponent,
    leaves_inputs_alone,
    peak_bytes,
    replay,
    retained_bytes,
    work_exponent,
)


def numbers(count):
    rng = random.Random(1)
    return [rng.randrange(10**9) for _ in range(count)]


def one_dictionary_pass(values):
    seen, total = {}, 0
    for value in values:
        total += value
        seen[total] = seen.get(total, 0) + 1


def sorts_once(values):
    return [left + right for left, right in zip(sorted(values), values)]


def pops_from_the_end(values):
    rest = list(values)
    while rest:
        rest.pop()


def pops_from_both_ends_of_a_deque(values):
    rest = collections.deque(values)
    while rest:
        rest.popleft()
        if rest:
            rest.pop()


def deletes_dictionary_entries(values):
    seen = {value: 1 for value in values}
    for value in values:
        seen.pop(value, None)
        seen[value] = 1
        del seen[value]


def yields_once(values):
    yield from values


def nested_loops(values):
    total = 0
    for start in range(len(values)):
        for end in range(start, len(values)):
            total += values[end]


def searches_a_list(values):
    seen = []
    for value in values:
        if value not in seen:
            seen.append(value)


def sums_slices(values):
    return max(sum(values[start:]) for start in range(len(values)))


def pops_from_the_front(values):
    rest = list(values)
    while rest:
        rest.pop(0)


def deletes_the_front(values):
    rest = list(values)
    while rest:
        del rest[0]


def inserts_at_the_front(values):
    rest = []
    for value in values:
        rest.insert(0, value)


def takes_the_maximum_of_counts(values):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
        max(counts.values())


def sorts_after_each_step(values):
    kept = []
    for value in values:
        kept.append(value)
        kept.sort()


def concatenates(values):
    kept = []
    for value in values:
        kept = kept + [value]


def yields_after_a_search(values):
    for value in values:
        yield values.count(value)


def searches_a_list_of_positions(values):
    seen = []
    for position in range(len(values)):
        if position not in seen:
            seen.append(position)


LINEAR = [
    one_dictionary_pass,
    sorts_once,
    pops_from_the_end,
    pops_from_both_ends_of_a_deque,
    deletes_dictionary_entries,
    yields_once,
]
QUADRATIC = [
    nested_loops,
    searches_a_list,
    sums_slices,
    pops_from_the_front,
    deletes_the_front,
    inserts_at_the_front,
    takes_the_maximum_of_counts,
    sorts_after_each_step,
    concatenates,
    yields_after_a_search,
]


@pytest.mark.parametrize("function", LINEAR)
def test_linear_code_stays_below_both_limits(function):
    assert work_exponent(function, [numbers(200)], [numbers(1600)]) < 1.3
    assert cpu_exponent(function, [numbers(1500)], [numbers(12000)]) < 1.7


@pytest.mark.parametrize("function", QUADRATIC)
def test_counted_steps_show_quadratic_code(function):
    assert work_exponent(function, [numbers(200)], [numbers(1600)]) > 1.6


@pytest.mark.parametrize("function", [*QUADRATIC[:4], searches_a_list_of_positions])
def test_cpu_time_shows_quadratic_code(function):
    assert cpu_exponent(function, [numbers(1500)], [numbers(12000)]) > 1.7


def test_a_cut_run_raises_through_handlers_of_exceptions():
    def swallows(values):
        try:
            nested_loops(values)
        except Exception:
            return 0

    assert count_steps(swallows, [numbers(5000)]) == -1


def test_measuring_leaves_arguments_and_the_callers_module_alone():
    values = [3, 1, 2]
    before = dict(globals())
    work_exponent(list.sort, [values], [values * 8])
    work_exponent(sums_slices, [values * 3], [values * 24])
    assert values == [3, 1, 2]
    assert globals() == before


def test_sizes_must_differ():
    with pytest.raises(ValueError, match="at least twice as large"):
        work_exponent(sorts_once, [[1, 2, 3]], [[1, 2, 3, 4]])


def test_a_change_of_an_argument_is_seen():
    assert leaves_inputs_alone(sorts_once, [[3, 1, 2]])
    assert not leaves_inputs_alone(list.sort, [[3, 1, 2]])
    assert not leaves_inputs_alone(lambda lists: lists[0].append(1), [[[], []]])


def test_memory_is_measured_beyond_the_arguments():
    assert peak_bytes(sum, [numbers(10_000)]) < 2_000
    assert peak_bytes(list, [numbers(10_000)]) > 80_000
    with pytest.raises(RuntimeError):
        peak_bytes(nested_loops, [numbers(20_000)])


def test_what_an_object_keeps_is_measured():
    class Keeps:
        def __init__(self):
            self.kept = []

        def add(self, value):
            self.kept.append(value)

        def drop(self, value):
            self.kept = [value]

    calls = [["a string of some length " + str(number)] for number in range(2000)]
    assert retained_bytes(Keeps, [], "add", calls) > 100_000
    assert retained_bytes(Keeps, [], "drop", calls) < 5_000
    assert replay(Keeps, [], [["add", 1], ["drop", 2]]) == [None, None]


def test_cpu_time_is_measured_off_the_main_thread_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(cpu_exponent(sorts_once, [numbers(1500)], [numbers(12000)])))
    thread.start()
    thread.join()
    assert found[0] < 1.7
