import random
from collections import Counter

import pytest
from complexity import work_exponent
from task_cooldown import least_slots, schedule


def check(tenants, cooldown):
    slots = schedule(tenants, cooldown)
    assert Counter(slot for slot in slots if slot is not None) == Counter(tenants)
    last = {}
    for index, slot in enumerate(slots):
        if slot is not None:
            assert index - last.get(slot, -cooldown - 1) > cooldown
            last[slot] = index
    counts = Counter(tenants)
    highest = max(counts.values(), default=0)
    leaders = sum(count == highest for count in counts.values())
    assert len(slots) == (max(len(tenants), (highest - 1) * (cooldown + 1) + leaders) if tenants else 0)


@pytest.mark.task(2, concept="queue-and-deque", misconception="Idle slots are left out of the schedule.")
def test_a_schedule_shows_its_idle_slots():
    assert schedule(["a", "a"], 2) == ["a", None, None, "a"]
    assert schedule([], 2) == []


@pytest.mark.task(
    2, weight=3, concept="heap-invariant", misconception="Tenants are taken in turn, not by what remains."
)
def test_random_schedules_are_valid_and_shortest():
    rng = random.Random(102)
    for _ in range(150):
        tenants = [rng.choice("aaabbcdefg"[: rng.randrange(1, 11)]) for _ in range(rng.randrange(25))]
        check(tenants, rng.randrange(6))


@pytest.mark.task(2, concept="heap-invariant", misconception="The two functions disagree.")
def test_the_schedule_is_as_long_as_announced():
    tenants = list("aaaabbbccddeef")
    assert len(schedule(tenants, 4)) == least_slots(tenants, 4)


@pytest.mark.task(2, weight=2, concept="heap-invariant", misconception="All tenants are scanned for each slot.")
def test_work_of_the_schedule_grows_with_its_slots():
    rng = random.Random(103)
    tenants = [f"tenant {rng.randrange(1200)}" for _ in range(1200)]
    assert work_exponent(schedule, [tenants[:150], 3], [tenants, 3]) < 1.5
