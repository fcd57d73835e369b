import random

import pytest
from cache import LFUCache, LRUCache
from complexity import cpu_exponent, replay, retained_bytes, work_exponent
from flights import Model, nested, play, stampede
from interleave import ManualClock, explore

BOTH = pytest.mark.parametrize("cache_class", [LRUCache, LFUCache], ids=["LRUCache", "LFUCache"])


class Simple:
    """The same for one thread, slowly: every eviction compares all entries."""

    def __init__(self, frequency, capacity, ttl):
        self.frequency, self.capacity, self.ttl = frequency, capacity, ttl
        self.now = self.time = 0
        self.entries = {}
        self.counts = {"hits": 0, "misses": 0, "evictions": 0, "expirations": 0}

    def rank(self, key):
        entry = self.entries[key]
        return (entry["uses"] if self.frequency else 0, entry["last"])

    def use(self, key):
        self.time += 1
        self.entries[key]["uses"] += 1
        self.entries[key]["last"] = self.time

    def alive(self, key):
        if key in self.entries and self.now >= self.entries[key]["dies"]:
            del self.entries[key]
            self.counts["expirations"] += 1
        return key in self.entries

    def get(self, key, default=None):
        if not self.alive(key):
            self.counts["misses"] += 1
            return default
        self.counts["hits"] += 1
        self.use(key)
        return self.entries[key]["value"]

    def put(self, key, value):
        if not self.alive(key):
            if len(self.entries) == self.capacity:
                del self.entries[min(self.entries, key=self.rank)]
                self.counts["evictions"] += 1
            self.entries[key] = {"uses": 0}
        self.entries[key].update(value=value, dies=self.now + self.ttl)
        self.use(key)

    def get_or_compute(self, key, compute):
        absent = object()
        value = self.get(key, absent)
        if value is absent:
            value = compute()
            self.put(key, value)
        return value

    def keys(self):
        return sorted(self.entries, key=self.rank, reverse=True)


def random_steps(rng, count):
    """Each step is [seconds that pass, a method's name, key, value or default]; now and then a second passes."""
    return [
        [
            rng.choice([0, 0, 1]),
            rng.choice(["get", "get", "put", "put", "get_or_compute"]),
            rng.choice(["a", "b", "c", 4, (5, "e"), ""]),
            rng.choice([number, None]),
        ]
        for number in range(count)
    ]


def expected(frequency, capacity, ttl, steps):
    model, results = Simple(frequency, capacity, ttl), []
    for seconds, name, key, value in steps:
        model.now += seconds
        result = getattr(model, name)(key, (lambda value=value: value) if name == "get_or_compute" else value)
        results.append([result, model.keys(), dict(model.counts)])
    return results


@BOTH
@pytest.mark.task(
    2, weight=3, concept="lfu-order", misconception="Some sequence of calls leaves a wrong order, count or value."
)
def test_random_calls_agree_with_a_simple_model(cache_class):
    rng = random.Random(20261123)
    for capacity in [1, 2, 3, 4] * 10:
        ttl, steps = rng.randrange(2, 14), random_steps(rng, 50)
        assert play(cache_class, capacity, ttl, steps) == expected(cache_class is LFUCache, capacity, ttl, steps)


def steady(capacity):
    """Fills the cache, uses its keys unevenly, then replaces every key."""
    fill = [["put", key, key] for key in range(capacity)]
    hits = [["get", key // 2] for key in range(capacity)]
    return fill + hits + [["put", capacity + key, key] for key in range(capacity)]


@BOTH
@pytest.mark.task(2, weight=2, concept="cache-complexity", misconception="A use or an eviction searches all keys.")
def test_work_of_a_call_does_not_grow_with_the_capacity(cache_class):
    small, large = ([cache_class, [capacity], steady(capacity)] for capacity in (40, 320))
    assert work_exponent(replay, small, large) < 1.4


@BOTH
@pytest.mark.task(2, weight=2, concept="cache-complexity", misconception="A use or an eviction scans in C.")
def test_cpu_time_of_a_call_does_not_grow_with_the_capacity(cache_class):
    small, large = ([cache_class, [capacity], steady(capacity)] for capacity in (500, 4000))
    assert cpu_exponent(replay, small, large) < 1.7


@BOTH
@pytest.mark.task(1, concept="cache-complexity", misconception="What was evicted stays reachable somewhere.")
def test_evicted_entries_are_released(cache_class):
    calls = [[number, f"a value of some length, number {number}"] for number in range(3000)]
    assert retained_bytes(cache_class, [10], "put", calls) < 40_000


@pytest.mark.task(2, concept="lfu-order", misconception="Buckets that have become empty are kept.")
def test_memory_does_not_grow_with_the_number_of_uses():
    assert retained_bytes(LFUCache, [10], "put", [["a", 1]] * 3000) < 40_000


@pytest.mark.task(3, concept="ttl-expiry", misconception="A dead key is taken for a key that exists, or still counts.")
def test_dead_key_in_a_full_cache_makes_its_own_room():
    clock = ManualClock()
    cache = LFUCache(2, 10, clock)
    cache.put("dies", 1)
    clock.set(5)
    cache.put("lives", 1)
    cache.get("dies")
    cache.get("dies")
    clock.set(10)
    cache.put("dies", 2)
    assert cache.stats() == {"hits": 2, "misses": 0, "evictions": 0, "expirations": 1}
    cache.get("lives")
    cache.put("new", 3)
    assert cache.keys() == ["lives", "new"]


@pytest.mark.task(3, concept="ttl-expiry", misconception="Life is counted from the question, not from the storing.")
def test_computed_value_lives_from_when_it_is_stored():
    clock = ManualClock()
    cache = LRUCache(2, 10, clock)

    def slow():
        clock.set(7)
        return "slow"

    assert cache.get_or_compute("a", slow) == "slow"
    clock.set(16)
    assert cache.get("a") == "slow"
    clock.set(17)
    assert cache.get("a") is None


def outcomes_beyond(allowed, *scenario):
    return [
        outcome
        for outcome in explore(*scenario)
        if (outcome["first"], outcome["second"], outcome["after"]) not in allowed
    ]


def counts(hits=0, misses=0, evictions=0, expirations=0):
    return {"hits": hits, "misses": misses, "evictions": evictions, "expirations": expirations}


@BOTH
@pytest.mark.task(4, weight=2, concept="cache-concurrency", misconception="Two reads change a counter at once.")
def test_two_gets_are_one_step_each(cache_class):
    setup = [["put", "a", 1], ["put", "b", 2], ["put", "c", 3]]
    after = [["keys"], ["stats"]]
    allowed = [([1], [2], [order, counts(hits=2)]) for order in (["b", "a", "c"], ["a", "b", "c"])]
    assert outcomes_beyond(allowed, cache_class, [3], setup, [["get", "a"]], [["get", "b"]], after) == []


@BOTH
@pytest.mark.task(4, weight=2, concept="cache-concurrency", misconception="An eviction and a read meet half-way.")
def test_put_and_a_get_of_the_victim_are_one_step_each(cache_class):
    setup = [["put", "a", 1], ["put", "b", 2]]
    after = [["keys"], ["stats"], ["get", "c"]]
    allowed = [
        ([None], [1], [["a", "c"] if cache_class is LFUCache else ["c", "a"], counts(hits=1, evictions=1), 3]),
        ([None], ["gone"], [["c", "b"], counts(misses=1, evictions=1), 3]),
    ]
    assert outcomes_beyond(allowed, cache_class, [2], setup, [["put", "c", 3]], [["get", "a", "gone"]], after) == []


@BOTH
@pytest.mark.task(4, concept="cache-concurrency", misconception="The order is read while another thread changes it.")
def test_keys_are_those_of_one_moment(cache_class):
    setup = [["put", "a", 1], ["put", "b", 2], ["get", "b"]]
    allowed = [([keys], [None], [2]) for keys in (["b", "a"], ["b", "c"] if cache_class is LFUCache else ["c", "b"])]
    assert outcomes_beyond(allowed, cache_class, [2], setup, [["keys"]], [["put", "c", 3]], [["__len__"]]) == []


@pytest.mark.task(4, weight=2, concept="ttl-expiry", misconception="A dead entry is found and removed in two steps.")
def test_expiry_is_one_step():
    clock = ManualClock()
    setup = [[clock.set, 0], ["put", "a", "old"], [clock.set, 10]]
    allowed = [(["dead"], ["dead"], [counts(misses=2, expirations=1), 0])]
    twice = [["get", "a", "dead"]], [["get", "a", "dead"]]
    assert outcomes_beyond(allowed, LRUCache, [2, 10, clock], setup, *twice, [["stats"], ["__len__"]]) == []
    allowed = [
        (["dead"], [None], ["new", counts(hits=1, misses=1, expirations=1)]),
        (["new"], [None], ["new", counts(hits=2, expirations=1)]),
    ]
    replaced = [["get", "a", "dead"]], [["put", "a", "new"]]
    assert outcomes_beyond(allowed, LRUCache, [2, 10, clock], setup, *replaced, [["get", "a"], ["stats"]]) == []


@BOTH
@pytest.mark.task(
    5, weight=3, concept="single-flight",
    misconception="There is a moment when a caller finds neither the value nor the computation.",
)  # fmt: skip
def test_no_moment_lets_a_second_computation_start(cache_class):
    model = Model()
    ask = [["get_or_compute", "key", model]]
    allowed = [(["answer 1"], ["answer 1"], [1, ["key"]])]
    assert outcomes_beyond(allowed, cache_class, [2], [[model.reset]], ask, ask, [[model.count], ["keys"]]) == []


@pytest.mark.task(5, weight=2, concept="single-flight", misconception="A failed computation leaves something behind.")
def test_failure_leaves_nothing_at_any_moment():
    broken, mended = Model(failing=(1, 2)), Model()
    setup, ask = [[broken.reset], [mended.reset]], [["get_or_compute", "key", broken]]
    failed = ["raised Unavailable"]
    allowed = [(failed, failed, [calls, [], "answer 1"]) for calls in (1, 2)]
    after = [[broken.count], ["keys"], ["get_or_compute", "key", mended]]
    assert outcomes_beyond(allowed, LRUCache, [2], setup, ask, ask, after) == []


@pytest.mark.task(5, concept="single-flight", misconception="A computed None is taken for a value that is not there.")
def test_none_is_computed_once():
    cache = LRUCache(2)
    assert cache.get_or_compute("a", lambda: None) is None
    assert cache.get_or_compute("a", lambda: "again") is None
    assert cache.stats() == counts(hits=1, misses=1)


@pytest.mark.task(5, concept="single-flight", misconception="The lock is held while a value is computed.")
def test_computation_may_use_the_cache_for_other_keys():
    assert nested(LRUCache, [4]) == ["outer of inner", ["inner", "outer"]]
    assert nested(LFUCache, [4]) == ["outer of inner", ["inner", "outer"]]


@pytest.mark.task(5, concept="single-flight", misconception="Those who wait count as a use, or as hits.")
def test_waiting_is_a_miss_and_no_use():
    found = stampede(LFUCache, [4], callers=8, failing=False)
    assert found["computed"] == 1
    assert found["stored"] == ["key"]
    assert found["stats"] == counts(hits=1, misses=8)


@pytest.mark.task(5, concept="single-flight", misconception="An error of compute is swallowed, or its type changed.")
def test_error_of_a_computation_is_raised_as_it_is():
    cache = LRUCache(2)

    def fails():
        raise ValueError("no such model")

    with pytest.raises(ValueError):
        cache.get_or_compute("a", fails)
    assert len(cache) == 0
    assert cache.get_or_compute("a", lambda: 2) == 2
