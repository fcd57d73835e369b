import pytest
from lru_dictionary import LruDictionary


@pytest.mark.task(1, concept="queue-and-deque", misconception="The oldest insertion goes, not the least recently used.")
def test_a_get_counts_as_use():
    cache = LruDictionary(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    assert cache.put("c", 3) == "b"
    assert cache.keys_by_recency() == ["c", "a"]


@pytest.mark.task(
    1, concept="queue-and-deque", misconception="Setting an existing key evicts, or doesn't count as use."
)
def test_setting_an_existing_key_refreshes_it():
    cache = LruDictionary(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.put("a", 10) is None
    assert len(cache) == 2
    assert cache.put("c", 3) == "b"
    assert cache.get("a") == 10


@pytest.mark.task(1, concept="queue-and-deque", misconception="A look at the cache counts as use.")
def test_looking_is_not_use():
    cache = LruDictionary(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert "a" in cache
    assert cache.keys_by_recency() == ["b", "a"]
    assert cache.get("missing", 7) == 7
    assert cache.put("c", 3) == "a"
    assert "a" not in cache


@pytest.mark.task(1, concept="linked-list-pointers", misconception="A deleted key stays in the order of use.")
def test_a_deleted_key_is_gone():
    cache = LruDictionary(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert cache.put("c", 3) is None
    assert cache.keys_by_recency() == ["c", "b"]


@pytest.mark.task(1, concept="linked-list-pointers", misconception="None as a value is taken for a miss.")
def test_a_value_may_be_none():
    cache = LruDictionary(2)
    cache.put("a", None)
    cache.put("b", 2)
    assert cache.get("a", "default") is None
    assert cache.put("c", 3) == "b"


@pytest.mark.task(1, concept="linked-list-pointers", misconception="A list of one entry loses its ends.")
def test_a_capacity_of_one():
    cache = LruDictionary(1)
    assert cache.put("a", 1) is None
    assert cache.put("b", 2) == "a"
    assert cache.keys_by_recency() == ["b"]
    with pytest.raises(ValueError):
        LruDictionary(0)
