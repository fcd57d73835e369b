import pytest
from cache import LFUCache, LRUCache
from flights import beside_a_slow_one, hammer, stampede, two_at_once
from interleave import ManualClock, explore

BOTH = pytest.mark.parametrize("cache_class", [LRUCache, LFUCache], ids=["LRUCache", "LFUCache"])


def beyond(outcomes, allowed):
    """The outcomes that no order of the calls gives, as (first, second, after) with the place of the interruption."""
    return [
        outcome
        for outcome in outcomes
        if (outcome["first"], outcome["second"], outcome["after"]) not in [tuple(triple) for triple in allowed]
    ]


@pytest.mark.task(1, concept="lru-order", misconception="A get doesn't count as use, so the oldest insertion goes.")
def test_lru_get_counts_as_use():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.keys() == ["c", "a"]
    assert cache.get("b", "gone") == "gone"


@pytest.mark.task(
    1, concept="lru-order", misconception="Room is made before it is known whether the key is new, or a put is no use."
)
def test_lru_update_evicts_nothing_and_is_a_use():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 10)
    assert cache.keys() == ["a", "b"]
    assert cache.get("a") == 10
    assert cache.stats()["evictions"] == 0


@BOTH
@pytest.mark.task(1, concept="cache-complexity", misconception="A bound below one entry is let through.")
def test_capacity_is_at_least_one(cache_class):
    for capacity in (0, -1):
        with pytest.raises(ValueError):
            cache_class(capacity)
    cache = cache_class(1)
    cache.put("a", 1)
    cache.put("b", 2)
    assert len(cache) == 1
    assert cache.keys() == ["b"]


@BOTH
@pytest.mark.task(1, concept="cache-complexity", misconception="A stored None is taken for a miss.")
def test_none_is_a_value(cache_class):
    cache = cache_class(2)
    cache.put("a", None)
    assert cache.get("a", "default") is None
    assert cache.get("b", "default") == "default"
    assert cache.stats() == {"hits": 1, "misses": 1, "evictions": 0, "expirations": 0}


@pytest.mark.task(2, concept="lfu-order", misconception="The oldest use decides, not the number of uses.")
def test_lfu_evicts_the_least_frequently_used():
    cache = LFUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.get("a")
    cache.get("b")
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]
    cache.put("d", 4)
    assert cache.keys() == ["a", "d"]


@pytest.mark.task(2, concept="lfu-order", misconception="Ties go by the time of insertion, not of the last use.")
def test_lfu_tie_goes_to_the_least_recently_used():
    cache = LFUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("b")
    cache.get("a")
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]


@pytest.mark.task(2, concept="lfu-order", misconception="An update is no use, or starts the count again.")
def test_lfu_update_is_one_more_use():
    cache = LFUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("b")
    cache.put("a", 10)
    cache.put("a", 11)
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]
    assert cache.get("a") == 11


@BOTH
@pytest.mark.task(3, concept="ttl-expiry", misconception="The boundary is off: dead is now >= stored + ttl.")
def test_entry_is_dead_at_the_end_of_its_life(cache_class):
    clock = ManualClock(100.0)
    cache = cache_class(2, 60, clock)
    cache.put("a", 1)
    clock.set(159.75)
    assert cache.get("a") == 1
    clock.set(160.0)
    assert cache.get("a", "dead") == "dead"
    assert cache.stats() == {"hits": 1, "misses": 1, "evictions": 0, "expirations": 1}
    assert len(cache) == 0


@BOTH
@pytest.mark.task(3, concept="ttl-expiry", misconception="A read extends the life, so a stale value never dies.")
def test_read_renews_recency_and_put_renews_life(cache_class):
    clock = ManualClock()
    cache = cache_class(2, 10, clock)
    cache.put("read", 1)
    cache.put("stored again", 1)
    clock.set(8)
    assert cache.get("read") == 1
    cache.put("stored again", 2)
    clock.set(12)
    assert cache.get("read") is None
    assert cache.get("stored again") == 2


@pytest.mark.task(
    4, weight=2, concept="cache-concurrency", misconception="A get changes the order and the counters without the lock."
)
def test_get_and_an_eviction_are_one_step_each():
    outcomes = explore(
        LRUCache, [1], [["put", "a", 1]], [["get", "a", "gone"]], [["put", "b", 2]], [["keys"], ["stats"]]
    )
    stats = {"hits": 1, "misses": 0, "evictions": 1, "expirations": 0}
    allowed = [
        ([1], [None], [["b"], stats]),
        (["gone"], [None], [["b"], {**stats, "hits": 0, "misses": 1}]),
    ]
    assert beyond(outcomes, allowed) == []


@BOTH
@pytest.mark.task(4, weight=2, concept="cache-concurrency", misconception="Check and act of a put are two steps.")
def test_two_puts_are_one_step_each(cache_class):
    outcomes = explore(cache_class, [1], [], [["put", "a", 1]], [["put", "b", 2]], [["keys"]])
    assert beyond(outcomes, [([None], [None], [["a"]]), ([None], [None], [["b"]])]) == []


@BOTH
@pytest.mark.task(4, concept="cache-concurrency", misconception="Some call works without the lock, or takes it twice.")
def test_hammering_threads_find_it_consistent(cache_class):
    found = hammer(cache_class, [8], threads=4, rounds=150)
    assert found["raised"] == []
    assert found["foreign values"] == 0
    assert found["longest"] <= 8
    assert found["counted"] == found["reads"]


@BOTH
@pytest.mark.task(
    5, weight=2, concept="single-flight", misconception="Nobody knows that the value is being computed."
)
def test_one_computation_answers_all_who_ask(cache_class):
    found = stampede(cache_class, [4], callers=6, failing=False)
    assert found["computed"] == 1
    assert found["outcomes"] == ["answer 1"] * 6
    assert found["one more"] == "answer 1"
    assert found["stats"] == {"hits": 1, "misses": 6, "evictions": 0, "expirations": 0}


@pytest.mark.task(5, weight=2, concept="single-flight", misconception="A lock is held while a value is computed.")
def test_computations_hold_up_nobody_else():
    assert two_at_once(LRUCache, [4]) == ["together", "together"]
    found = beside_a_slow_one(LRUCache, [4])
    assert found == {
        "get": 1,
        "put": None,
        "compute": "answer 1",
        "len": True,
        "get of the slow key": "not yet",
        "slow": "answer 1",
    }


@pytest.mark.task(
    5, weight=2, concept="single-flight", misconception="A failure is stored, not shared, or strands those who wait."
)
def test_failure_reaches_all_who_wait_and_is_not_stored():
    found = stampede(LRUCache, [4], callers=6, failing=True)
    assert found["outcomes"] == ["raised Unavailable: call 1"] * 6
    assert found["computed"] == 1
    assert found["stored"] == []
    assert found["one more"] == "a new answer"
