import pytest
from cache import LFUCache, LRUCache
from complexity import retained_bytes, work_exponent
from flights import (
    Model,
    ask_after_a_delete,
    delete_while_computing,
    leader_with_a_deadline,
    stampede,
    sweep_one_of,
    waiter_with_a_deadline,
)
from interleave import ManualClock, explore

BOTH = pytest.mark.parametrize("cache_class", [LRUCache, LFUCache], ids=["LRUCache", "LFUCache"])


@BOTH
@pytest.mark.task(6, concept="cache-complexity", misconception="A deleted key stays in the order of eviction.")
def test_deleted_key_is_gone(cache_class):
    clock = ManualClock()
    cache = cache_class(2, 10, clock)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    cache.put("c", 3)
    cache.put("d", 4)
    assert cache.keys() == ["d", "c"]
    clock.set(10)
    assert cache.delete("c") is False
    assert cache.stats() == {"hits": 0, "misses": 0, "evictions": 1, "expirations": 1}


@pytest.mark.task(6, weight=2, concept="lfu-order", misconception="The lowest count is wrong after a key has left.")
def test_lfu_finds_its_victim_after_any_removal():
    clock = ManualClock()
    cache = LFUCache(3, 10, clock)
    for key in "abc":
        cache.put(key, key)
    for key in "bcc":
        cache.get(key)
    assert cache.delete("a") is True
    cache.get("b")
    cache.put("d", "d")
    cache.put("e", "e")
    assert cache.keys() == ["b", "c", "e"]
    clock.set(10)
    assert cache.sweep(2) == 2
    cache.put("f", "f")
    cache.put("g", "g")
    cache.put("h", "h")
    assert cache.keys() == ["h", "g", "f"]


@BOTH
@pytest.mark.task(6, weight=3, concept="single-flight", misconception="An older value is stored after the delete.")
def test_delete_keeps_an_old_computation_out(cache_class):
    found = delete_while_computing(cache_class, [4])
    assert found == {"deleted": False, "leader": "answer 1", "waiter": "answer 1", "stored": "nothing"}


@pytest.mark.task(6, weight=3, concept="single-flight", misconception="Who asks later joins the old computation.")
def test_who_asks_after_a_delete_gets_a_new_computation():
    expected = {"began anew": True, "old": "answer 1", "new": "answer 2", "stored": "answer 2", "computed": 2}
    assert ask_after_a_delete(LRUCache, [4], old_one_ends_first=True) == expected
    assert ask_after_a_delete(LRUCache, [4], old_one_ends_first=False) == expected


@pytest.mark.task(6, weight=2, concept="cache-concurrency", misconception="Delete meets a computation half-way.")
def test_delete_beside_a_computation_is_one_step():
    model = Model()
    allowed = [(["answer 1"], [deleted], [[]]) for deleted in (True, False)]
    allowed.append((["answer 1"], [False], [["key"]]))  # deleted before it was asked for
    outcomes = explore(
        LRUCache, [2], [[model.reset]], [["get_or_compute", "key", model]], [["delete", "key"]], [["keys"]]
    )
    assert [one for one in outcomes if (one["first"], one["second"], one["after"]) not in allowed] == []


@BOTH
@pytest.mark.task(7, weight=2, concept="ttl-expiry", misconception="The living are swept, or too many.")
def test_sweep_removes_the_dead_the_oldest_first(cache_class):
    clock = ManualClock()
    cache = cache_class(5, 10, clock)
    for second, key in enumerate("abcda"):
        clock.set(second)
        cache.put(key, second)
    cache.get("b")
    clock.set(12)
    assert cache.sweep(0) == 0
    assert cache.sweep(1) == 1
    assert sorted(cache.keys()) == ["a", "c", "d"]
    assert cache.sweep(5) == 1
    assert sorted(cache.keys()) == ["a", "d"]
    assert cache.sweep(5) == 0
    assert cache.stats()["expirations"] == 2
    assert cache.get("a") == 4


@BOTH
@pytest.mark.task(7, weight=2, concept="cache-complexity", misconception="The living are searched for the dead.")
def test_work_of_a_sweep_does_not_grow_with_the_living(cache_class):
    assert work_exponent(sweep_one_of, [cache_class, list(range(40))], [cache_class, list(range(320))]) < 1.4


@pytest.mark.task(7, concept="cache-complexity", misconception="Each put leaves a record behind for the sweep.")
def test_memory_does_not_grow_with_the_number_of_puts():
    clock = ManualClock()
    assert retained_bytes(LRUCache, [10, 60, clock], "put", [["a", 1]] * 3000) < 40_000


@BOTH
@pytest.mark.task(8, weight=2, concept="single-flight", misconception="Giving up ends it for the others too.")
def test_who_gives_up_leaves_the_others_alone(cache_class):
    found = waiter_with_a_deadline(cache_class, [4])
    assert found == {
        "hasty": "raised TimeoutError",
        "patient": "answer 1",
        "leader": "answer 1",
        "computed": 1,
        "stored": "answer 1",
    }
    assert leader_with_a_deadline(cache_class, [4]) == "in my own time"


@pytest.mark.task(8, weight=2, concept="single-flight", misconception="Only an Exception is taken for a failure.")
def test_any_failure_reaches_all_who_wait():
    found = stampede(LRUCache, [4], callers=4, failing=True, leaving=True)
    assert found["outcomes"] == ["raised Leaving: call 1"] * 4
    assert found["one more"] == "a new answer"
