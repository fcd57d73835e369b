import random
from collections import Counter

import pytest
from complexity import replay, retained_bytes, work_exponent
from top_k_frequent import HeavyHitters


def stream(count, seed):
    rng = random.Random(seed)
    return [rng.choice("abc") if rng.random() < 0.6 else f"rare {rng.randrange(count)}" for _ in range(count)]


@pytest.mark.task(2, weight=2, concept="top-k", misconception="A frequent query is lost, or counts are too far off.")
def test_frequent_queries_are_kept_within_the_error():
    for seed in range(25):
        queries = stream(300, seed)
        for capacity in (1, 2, 5, 12):
            found = replay(HeavyHitters, [capacity], [["add", query] for query in queries] + [["candidates"]])[-1]
            error = len(queries) / (capacity + 1)
            assert len(found) <= capacity
            for query, count in Counter(queries).items():
                assert count - error <= found.get(query, 0) <= count


@pytest.mark.task(2, concept="top-k", misconception="A query alone in the stream isn't counted.")
def test_counts_are_exact_while_there_is_room():
    calls = [["add", "x"], ["add", "y"], ["add", "x"], ["candidates"]]
    assert replay(HeavyHitters, [2], calls)[-1] == {"x": 2, "y": 1}
    assert replay(HeavyHitters, [3], [["candidates"]]) == [{}]


@pytest.mark.task(2, weight=3, concept="top-k", misconception="All queries are remembered somewhere.")
def test_memory_is_bounded():
    calls = [[f"a rare query of some length, number {number}"] for number in range(5000)]
    assert retained_bytes(HeavyHitters, [20], "add", calls) < 30_000


@pytest.mark.task(2, weight=2, concept="top-k", misconception="Each addition looks at all counters.")
def test_additions_cost_the_same_with_many_counters():
    small, large = (
        [HeavyHitters, [count // 4], [["add", query] for query in stream(count, 3)]] for count in (200, 1600)
    )
    assert work_exponent(replay, small, large) < 1.5
