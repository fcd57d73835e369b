import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from top_k_frequent import top_queries


def by_sorting(queries, k):
    return sorted(set(queries), key=lambda query: (-queries.count(query), query))[:k]


def many(count):
    rng = random.Random(81)
    return [f"query {rng.randrange(count)}" for _ in range(count)]


@pytest.mark.task(
    1, weight=2, concept="top-k", misconception="Order or choice among equally frequent queries is wrong."
)
def test_random_logs_agree_with_sorting():
    rng = random.Random(20261123)
    for _ in range(150):
        queries = [rng.choice(["a", "b", "ab", "B", "", "é", "zz"]) for _ in range(rng.randrange(20))]
        k = rng.randrange(9)
        assert top_queries(queries, k) == by_sorting(queries, k)


@pytest.mark.task(1, concept="top-k", misconception="The caller's list is sorted in place.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(top_queries, [["b", "a", "b"], 1])


@pytest.mark.task(1, weight=3, concept="top-k", misconception="Each query is counted by a scan of the log.")
def test_work_grows_with_the_log_when_few_are_wanted():
    assert work_exponent(top_queries, [many(150), 5], [many(1200), 5]) < 1.5


@pytest.mark.task(1, weight=3, concept="heap-invariant", misconception="The maximum is searched k times.")
def test_work_grows_with_the_log_when_many_are_wanted():
    assert work_exponent(top_queries, [many(150), 75], [many(1200), 600]) < 1.5


@pytest.mark.task(1, weight=2, concept="top-k", misconception="A scan in C is repeated for each query.")
def test_cpu_time_grows_with_the_log():
    assert cpu_exponent(top_queries, [many(1000), 300], [many(8000), 2400]) < 1.7
