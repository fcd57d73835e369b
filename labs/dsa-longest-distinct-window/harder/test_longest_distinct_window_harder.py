import random

import pytest
from complexity import work_exponent
from longest_distinct_window import longest_with_kinds


@pytest.mark.task(2, concept="sliding-window", misconception="Occurrences are counted, not kinds.")
def test_each_kind_may_occur_often():
    assert tuple(longest_with_kinds([1, 1, 2, 1, 3, 3], 2)) == (0, 4)
    assert tuple(longest_with_kinds([1, 2, 3], 5)) == (0, 3)
    assert tuple(longest_with_kinds([1, 2], 0)) == (0, 0)


@pytest.mark.task(
    2, weight=2, concept="sliding-window", misconception="A kind stays counted after its last token left."
)
def test_random_tokens_agree_with_trying_every_stretch():
    rng = random.Random(132)
    for _ in range(200):
        tokens = [rng.randrange(5) for _ in range(rng.randrange(16))]
        kinds = rng.randrange(5)
        best = (0, 0)
        for i in range(len(tokens)):
            for j in range(i + 1, len(tokens) + 1):
                if len(set(tokens[i:j])) <= kinds and j - i > best[1]:
                    best = (i, j - i)
        assert tuple(longest_with_kinds(tokens, kinds)) == best


@pytest.mark.task(2, weight=3, concept="sliding-window", misconception="The kinds of the window are counted anew.")
def test_work_grows_linearly_with_many_kinds():
    rng = random.Random(133)
    tokens = [rng.randrange(1600) for _ in range(1600)]
    assert work_exponent(longest_with_kinds, [tokens[:200], 60], [tokens, 480]) < 1.5
