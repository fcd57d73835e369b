import random
from collections import Counter

import pytest
from complexity import replay, retained_bytes, work_exponent
from min_window_cover import CoverWatcher


@pytest.mark.task(2, concept="sliding-window", misconception="The best so far is returned, not that of the last token.")
def test_the_stretch_ends_with_the_last_token():
    calls = [["add", token] for token in ["b", "x", "a", "x", "b"]]
    assert replay(CoverWatcher, [["a", "b"]], calls) == [None, None, 3, 4, 3]


@pytest.mark.task(2, weight=2, concept="sliding-window", misconception="Tokens needed more than once are mishandled.")
def test_random_streams_agree_with_trying_every_start():
    rng = random.Random(122)
    for _ in range(100):
        tokens = [rng.choice("abcd") for _ in range(20)]
        needed = [rng.choice("abc") for _ in range(rng.randrange(1, 5))]
        expected = []
        for end in range(1, len(tokens) + 1):
            lengths = [end - i for i in range(end) if not Counter(needed) - Counter(tokens[i:end])]
            expected.append(min(lengths, default=None))
        assert replay(CoverWatcher, [needed], [["add", token] for token in tokens]) == expected


@pytest.mark.task(
    2, weight=3, concept="sliding-window", misconception="The stream or the places of all tokens are kept."
)
def test_memory_does_not_grow_with_the_stream():
    tokens = [["a"], ["a filler token"]] * 4000
    assert retained_bytes(CoverWatcher, [["a", "a", "b"]], "add", tokens) < 20_000


@pytest.mark.task(2, weight=2, concept="sliding-window", misconception="Each call looks back over the stream.")
def test_work_grows_linearly_with_the_stream():
    small, large = (
        [CoverWatcher, [["a", "b"]], [["add", "ab--"[index % 4]] for index in range(count)]] for count in (150, 1200)
    )
    assert work_exponent(replay, small, large) < 1.3
