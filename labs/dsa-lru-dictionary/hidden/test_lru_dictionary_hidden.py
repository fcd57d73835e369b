import random

import pytest
from complexity import cpu_exponent, replay, retained_bytes, work_exponent
from lru_dictionary import LruDictionary


class Model:
    """The same with a plain list, the most recently used key first."""

    def __init__(self, capacity):
        self.capacity, self.order, self.values = capacity, [], {}

    def use(self, key):
        self.order = [key] + [other for other in self.order if other != key]

    def get(self, key, default=None):
        if key not in self.values:
            return default
        self.use(key)
        return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self.use(key)
        if len(self.order) <= self.capacity:
            return None
        oldest = self.order.pop()
        del self.values[oldest]
        return oldest

    def delete(self, key):
        self.order = [other for other in self.order if other != key]
        return self.values.pop(key, self) is not self

    def keys_by_recency(self):
        return list(self.order)


def random_calls(rng, count):
    calls = []
    for step in range(count):
        key = rng.choice(["a", "b", "c", 4, (5, "e"), ""])
        calls.append(
            rng.choice([["get", key, "none"], ["get", key], ["put", key, step], ["put", key, None], ["delete", key]])
        )
        calls.append(["keys_by_recency"])
    return calls


def expected(capacity, calls):
    model = Model(capacity)
    return [getattr(model, call[0])(*call[1:]) for call in calls]


def steady(capacity):
    """Fills the cache, uses the oldest and then the newest key again and again, then replaces every key."""
    fill = [["put", key, key] for key in range(capacity)]
    hits = [["get", key // 2] for key in range(capacity)]
    return fill + hits + [["put", capacity + key, key] for key in range(capacity)]


@pytest.mark.task(
    1, weight=3, concept="queue-and-deque", misconception="Some sequence of calls changes the order wrongly."
)
def test_random_calls_agree_with_a_simple_model():
    rng = random.Random(20261123)
    for _ in range(40):
        capacity = rng.randrange(1, 5)
        calls = random_calls(rng, 40)
        assert replay(LruDictionary, [capacity], calls) == expected(capacity, calls)


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="Evicted entries stay reachable.")
def test_evicted_entries_are_released():
    calls = [[number, "a value of some length, number " + str(number)] for number in range(4000)]
    assert retained_bytes(LruDictionary, [10], "put", calls) < 40_000


@pytest.mark.task(1, weight=3, concept="linked-list-pointers", misconception="A use searches the order of all keys.")
def test_work_of_a_call_does_not_grow_with_the_capacity():
    small, large = ([LruDictionary, [capacity], steady(capacity)] for capacity in (60, 480))
    assert work_exponent(replay, small, large) < 1.4


@pytest.mark.task(1, weight=2, concept="linked-list-pointers", misconception="A use moves or scans a list in C.")
def test_cpu_time_of_a_call_does_not_grow_with_the_capacity():
    small, large = ([LruDictionary, [capacity], steady(capacity)] for capacity in (700, 5600))
    assert cpu_exponent(replay, small, large) < 1.7
