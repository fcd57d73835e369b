import random

import pytest
from complexity import replay, retained_bytes, work_exponent
from group_anagrams import AnagramCounter


def long_key(rng, length=50_000):
    return "".join(rng.choices("abcdef", k=length))


@pytest.mark.task(2, concept="hash-map-design", misconception="The count includes the key itself or misses a group.")
def test_add_returns_how_many_came_before():
    assert replay(AnagramCounter, [], [["add", key] for key in ["tea", "eat", "rag", "ate", ""]]) == [0, 1, 0, 2, 0]


@pytest.mark.task(2, weight=2, concept="hash-map-design", misconception="Different groups share a value.")
def test_random_streams_agree_with_sorting():
    rng = random.Random(5)
    keys = ["".join(rng.choice("ab1:;") for _ in range(rng.randrange(14))) for _ in range(400)]
    seen, expected = {}, []
    for key in keys:
        name = "".join(sorted(key))
        expected.append(seen.get(name, 0))
        seen[name] = expected[-1] + 1
    assert replay(AnagramCounter, [], [["add", key] for key in keys]) == expected


@pytest.mark.task(
    2, weight=3, concept="hash-map-design", misconception="The object keeps the keys or their sorted copies."
)
def test_memory_does_not_grow_with_the_length_of_keys():
    rng = random.Random(6)
    assert retained_bytes(AnagramCounter, [], "add", [[long_key(rng)] for _ in range(20)]) < 40_000


@pytest.mark.task(2, weight=2, concept="complexity-analysis", misconception="A long key is scanned once a character.")
def test_work_is_linear_in_the_length_of_a_key():
    rng = random.Random(8)
    small, large = [[["add", long_key(rng, length)]] for length in (2_000, 16_000)]
    assert work_exponent(replay, [AnagramCounter, [], small], [AnagramCounter, [], large]) < 1.3
