import random

import pytest
from balanced_subarray import longest_balanced_arms
from complexity import work_exponent


@pytest.mark.task(2, concept="hash-map-design", misconception="Only the first two arms are compared.")
def test_all_arms_must_be_level():
    assert tuple(longest_balanced_arms(list("abcab-c"), ["a", "b", "c"])) == (0, 7)
    assert tuple(longest_balanced_arms(list("aabbc"), ["a", "b", "c"])) == (0, 0)


@pytest.mark.task(2, concept="hash-map-design", misconception="A single arm is compared with held-out events.")
def test_a_single_arm_is_always_level():
    assert tuple(longest_balanced_arms(["a", "a", "-"], ["a"])) == (0, 3)


@pytest.mark.task(2, weight=2, concept="prefix-sums", misconception="Counts are compared, not their differences.")
def test_random_logs_agree_with_trying_every_stretch():
    rng = random.Random(52)
    for _ in range(150):
        arms = ["a", "b", "c", "d"][: rng.randrange(1, 5)]
        events = [rng.choice(arms + ["-"]) for _ in range(rng.randrange(16))]
        best = (0, 0)
        for i in range(len(events)):
            for j in range(i + 1, len(events) + 1):
                if len({events[i:j].count(arm) for arm in arms}) == 1 and j - i > best[1]:
                    best = (i, j - i)
        assert tuple(longest_balanced_arms(events, arms)) == best


@pytest.mark.task(
    2, weight=3, concept="complexity-analysis", misconception="Every pair of a start and an end is tried."
)
def test_work_with_three_arms_grows_linearly():
    rng = random.Random(53)
    events = [rng.choice("aabc") for _ in range(1600)]
    assert work_exponent(longest_balanced_arms, [events[:200], ["a", "b", "c"]], [events, ["a", "b", "c"]]) < 1.5
