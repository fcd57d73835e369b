import random

import pytest
from complexity import cpu_exponent, leaves_inputs_alone, work_exponent
from group_anagrams import group_anagrams


def by_comparison(keys):
    groups = []
    for key in keys:
        for group in groups:
            if sorted(group[0]) == sorted(key):
                group.append(key)
                break
        else:
            groups.append([key])
    return groups


def distinct_keys(count):
    rng = random.Random(7)
    return ["".join(chr(97 + rng.randrange(26)) for _ in range(12)) for _ in range(count)]


@pytest.mark.task(1, weight=2, concept="hash-map-design", misconception="Groups are split, merged or in another order.")
def test_random_keys_agree_with_comparing_every_pair():
    rng = random.Random(20261123)
    for _ in range(60):
        keys = ["".join(rng.choice("abcé") for _ in range(rng.randrange(5))) for _ in range(rng.randrange(30))]
        assert group_anagrams(keys) == by_comparison(keys)


@pytest.mark.task(1, concept="hash-map-design", misconception="The value is a table of 26 letters.")
def test_any_unicode_character_counts():
    assert group_anagrams(["né", "én", "😀a", "a😀", "Z"]) == [["né", "én"], ["😀a", "a😀"], ["Z"]]


@pytest.mark.task(1, concept="hash-map-design", misconception="Counts are joined without a separator (1,11 and 11,1).")
def test_counts_of_two_digits_do_not_run_together():
    one, other = "a" + "b" * 11, "a" * 11 + "b"
    assert group_anagrams([one, other, one[::-1]]) == [[one, one[::-1]], [other]]


@pytest.mark.task(1, concept="array-costs", misconception="The caller's list is sorted or emptied in place.")
def test_the_input_is_left_alone():
    assert leaves_inputs_alone(group_anagrams, [["b", "ab", "ba", "a"]])


@pytest.mark.task(1, weight=3, concept="complexity-analysis", misconception="Each key is compared with every group.")
def test_work_grows_with_the_number_of_keys():
    assert work_exponent(group_anagrams, [distinct_keys(150)], [distinct_keys(1200)]) < 1.5


@pytest.mark.task(
    1, weight=2, concept="hash-map-cost", misconception="A list is searched where a dictionary is needed."
)
def test_cpu_time_grows_with_the_number_of_keys():
    assert cpu_exponent(group_anagrams, [distinct_keys(1000)], [distinct_keys(8000)]) < 1.7
