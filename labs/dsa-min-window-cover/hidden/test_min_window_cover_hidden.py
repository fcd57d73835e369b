import random
from collections import Counter

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from min_window_cover import shortest_cover


def by_trying(tokens, needed):
    best = None
    for i in range(len(tokens) + 1):
        for j in range(i, len(tokens) + 1):
            if not Counter(needed) - Counter(tokens[i:j]) and (best is None or j - i < best[1] - best[0]):
                best = (i, j)
    return best


def document(count, words):
    rng = random.Random(121)
    return [f"word {rng.randrange(words)}" for _ in range(count)]


def rare(count):
    return ["end"] + ["filler"] * (count - 2) + ["end"]


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="A shorter or an earlier passage is missed.")
def test_random_documents_agree_with_trying_every_passage():
    rng = random.Random(20261123)
    for _ in range(150):
        tokens = [rng.choice("abcd") for _ in range(rng.randrange(14))]
        needed = [rng.choice("abc") for _ in range(rng.randrange(5))]
        result = shortest_cover(tokens, needed)
        assert (result if result is None else tuple(result)) == by_trying(tokens, needed)


@pytest.mark.task(1, concept="sliding-window", misconception="Tokens are removed from the caller's lists.")
def test_the_inputs_are_left_alone():
    assert leaves_inputs_alone(shortest_cover, [["a", "b", "a"], ["b", "a"]])


@pytest.mark.task(1, weight=3, concept="sliding-window", misconception="The window starts anew at each token.")
def test_work_grows_linearly_with_the_document():
    assert work_exponent(shortest_cover, [rare(150), ["end", "end"]], [rare(1200), ["end", "end"]]) < 1.5


@pytest.mark.task(1, weight=3, concept="sliding-window", misconception="The whole query is compared at each step.")
def test_work_grows_linearly_with_the_query():
    small, large = (
        [document(4 * words, words), [f"word {word}" for word in range(0, words, 2)]] for words in (40, 320)
    )
    assert work_exponent(shortest_cover, small, large) < 1.5


@pytest.mark.task(1, weight=2, concept="sliding-window", misconception="A slice is counted for each window.")
def test_cpu_time_grows_linearly():
    assert cpu_exponent(shortest_cover, [rare(1500), ["end", "end"]], [rare(12000), ["end", "end"]]) < 1.7
