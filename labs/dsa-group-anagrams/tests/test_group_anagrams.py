import pytest
from group_anagrams import group_anagrams


@pytest.mark.task(1, concept="hash-map-design", misconception="The dictionary key isn't the same for all anagrams.")
def test_anagrams_share_a_group():
    assert group_anagrams(["tea", "rag", "eat", "gar", "ate"]) == [["tea", "eat", "ate"], ["rag", "gar"]]


@pytest.mark.task(
    1, concept="hash-map-design", misconception="An empty input is taken for an error or one empty group."
)
def test_no_keys_make_no_groups():
    assert group_anagrams([]) == []


@pytest.mark.task(1, concept="hash-map-design", misconception="A key that occurs twice is dropped as a duplicate.")
def test_repeated_and_empty_keys_are_kept():
    assert group_anagrams(["", "a", ""]) == [["", ""], ["a"]]


@pytest.mark.task(
    1, concept="hash-map-design", misconception="The value compares which characters occur, not how often."
)
def test_how_often_a_character_occurs_matters():
    assert group_anagrams(["aab", "abb", "aba"]) == [["aab", "aba"], ["abb"]]


@pytest.mark.task(
    1, concept="hash-map-design", misconception="Keys are changed (case, spaces) before they are compared."
)
def test_case_and_spaces_count():
    assert group_anagrams(["Tea", "tea", "te a"]) == [["Tea"], ["tea"], ["te a"]]


@pytest.mark.task(1, concept="hash-map-design", misconception="The value adds up characters, so that others collide.")
def test_equal_sums_of_code_points_are_not_anagrams():
    assert group_anagrams(["ad", "bc", "da"]) == [["ad", "da"], ["bc"]]
