"""labs/_shared/interleave.py finds races of one switch every time, and none in code whose calls are one step."""

import threading
import time

import pytest
from interleave import NEVER_ENDED, ManualClock, SteppingClock, explore, settle


class Unlocked:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1

    def read(self):
        return self.value

    def fail(self):
        raise KeyError("nothing")


class Locked(Unlocked):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            super().add()

    def add_twice(self):
        with self.lock:
            self.add()


class LongWinded(Locked):
    def add(self):
        for _ in range(500):
            pass
        super().add()


class RacyAfterALoop(Unlocked):
    def add(self):
        for _ in range(500):
            pass
        self.value += 1


def left(outcomes):
    return sorted(outcome["after"][0] for outcome in outcomes)


def test_lost_update_is_found_every_time():
    for _ in range(10):
        assert left(explore(Unlocked, [], [], [["add"]], [["add"]], [["read"]])) == [1, 2]


def test_locked_update_has_one_outcome():
    for _ in range(3):
        assert left(explore(Locked, [], [], [["add"]], [["add"]], [["read"]])) == [2]


def test_outcome_says_where_the_thread_was_interrupted():
    lost = [one for one in explore(Unlocked, [], [], [["add"]], [["add"]], [["read"]]) if one["after"] == [1]]
    assert lost[0]["where"].startswith("test_interleave.py:") and lost[0]["where"].endswith("in add")


def test_raised_errors_are_results():
    (outcome,) = explore(Locked, [], [["add"]], [["fail"]], [["read"]], [["read"]])
    assert (outcome["first"], outcome["second"], outcome["after"]) == (["raised KeyError"], [1], [1])


def test_deadlock_is_an_outcome():
    outcomes = explore(Locked, [], [], [["add_twice"]], [["read"]], [["read"]])
    assert outcomes[0]["first"] == NEVER_ENDED


def test_error_of_the_setup_reaches_the_test():
    with pytest.raises(KeyError):
        explore(Locked, [], [["fail"]], [["add"]], [["add"]], [["read"]])


def test_functions_are_calls_too():
    clock = ManualClock()
    outcomes = explore(Locked, [], [[clock.set, 3]], [["add"]], [[clock.advance, 2]], [[clock]])
    assert left(outcomes) == [5]


def test_long_code_is_stopped_at_a_bounded_number_of_places():
    started = time.monotonic()
    assert left(explore(LongWinded, [], [], [["add"]], [["add"]], [["read"]])) == [2]
    assert time.monotonic() - started < 60


def test_race_outside_of_a_long_loop_is_found():
    assert left(explore(RacyAfterALoop, [], [], [["add"]], [["add"]], [["read"]])) == [1, 2]


def test_settle_waits_for_a_thread_that_works_and_not_for_one_that_waits():
    done, release = [], threading.Event()

    def work():
        total = sum(number * number for number in range(200_000))
        done.append(total)

    waiting = threading.Thread(target=release.wait, daemon=True)
    working = threading.Thread(target=work, daemon=True)
    waiting.start()
    working.start()
    settle([waiting, working], 30)
    assert done and waiting.is_alive()
    release.set()
    waiting.join()


def test_stepping_clock_goes_on_by_itself():
    clock = SteppingClock(0.5, 10)
    assert [clock(), clock()] == [10.5, 11.0]
