import pytest
from top_k_frequent import top_queries


@pytest.mark.task(1, concept="top-k", misconception="The result isn't ordered by frequency.")
def test_the_most_frequent_come_first():
    assert top_queries(["rag", "lora", "rag", "kv", "lora", "rag"], 2) == ["rag", "lora"]


@pytest.mark.task(1, concept="top-k", misconception="Ties are broken by first appearance or backwards.")
def test_ties_are_alphabetical():
    assert top_queries(["b", "a", "c"], 2) == ["a", "b"]
    assert top_queries(["b", "a", "c", "c"], 2) == ["c", "a"]


@pytest.mark.task(1, concept="top-k", misconception="More queries are taken out than there are.")
def test_fewer_queries_than_asked_for():
    assert top_queries(["x"], 5) == ["x"]
    assert top_queries([], 3) == []


@pytest.mark.task(1, concept="heap-invariant", misconception="The root of an empty heap is read.")
def test_nothing_is_asked_for():
    assert top_queries(["x", "y"], 0) == []


@pytest.mark.task(1, concept="heap-invariant", misconception="The heap drops its strongest entry, not its weakest.")
def test_the_weakest_entry_makes_room():
    assert top_queries(["a"] * 3 + ["b"] * 2 + ["c"] * 5 + ["d"] * 4, 2) == ["c", "d"]
