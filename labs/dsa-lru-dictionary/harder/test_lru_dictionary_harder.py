import random

import pytest
from complexity import replay, work_exponent
from lru_dictionary import TokenBudgetCache


def expected(budget, calls):
    order, entries, results = [], {}, []
    for name, key, *rest in calls:
        if name == "get":
            if key in entries:
                order.remove(key)
                order.append(key)
            results.append(entries[key][0] if key in entries else None)
            continue
        if key in entries:
            order.remove(key)
            del entries[key]
        evicted = []
        if rest[1] <= budget:
            entries[key] = rest
            order.append(key)
            while sum(tokens for _, tokens in entries.values()) > budget:
                evicted.append(order.pop(0))
                del entries[evicted[-1]]
        results.append(evicted)
    return results


@pytest.mark.task(2, concept="queue-and-deque", misconception="Only one entry is evicted, or in another order.")
def test_a_large_value_evicts_the_oldest_first():
    calls = [["put", "a", 1, 4], ["put", "b", 2, 4], ["get", "a"], ["put", "c", 3, 9], ["tokens_used"]]
    assert replay(TokenBudgetCache, [10], calls) == [[], [], 1, ["b", "a"], 9]


@pytest.mark.task(
    2, concept="queue-and-deque", misconception="An oversized value empties the cache, or the old one stays."
)
def test_an_oversized_value_is_not_stored():
    calls = [
        ["put", "a", 1, 4],
        ["put", "b", 2, 4],
        ["put", "a", 9, 11],
        ["get", "a", "gone"],
        ["get", "b"],
        ["tokens_used"],
    ]
    assert replay(TokenBudgetCache, [10], calls) == [[], [], [], "gone", 2, 4]


@pytest.mark.task(2, weight=3, concept="linked-list-pointers", misconception="The total or the order drifts over time.")
def test_random_calls_agree_with_a_simple_model():
    rng = random.Random(152)
    for _ in range(60):
        calls = []
        for step in range(50):
            key = rng.choice("abcdef")
            calls.append(["get", key] if rng.random() < 0.4 else ["put", key, step, rng.randrange(1, 13)])
        assert replay(TokenBudgetCache, [10], calls) == expected(10, calls)


@pytest.mark.task(2, weight=2, concept="linked-list-pointers", misconception="The total is added up for each call.")
def test_work_of_a_call_does_not_grow_with_the_budget():
    small, large = ([TokenBudgetCache, [n], [["put", key, key, 1] for key in range(2 * n)]] for n in (60, 480))
    assert work_exponent(replay, small, large) < 1.4
