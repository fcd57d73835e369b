import pytest
from longest_consecutive_run import longest_run


@pytest.mark.task(1, concept="hash-map-design", misconception="Neighbours in the list are compared, not in value.")
def test_the_run_may_be_scattered():
    assert longest_run([104, 7, 102, 9, 101, 103, 8]) == 4


@pytest.mark.task(1, concept="hash-map-design", misconception="The first element is read without a check.")
def test_no_ids_have_no_run():
    assert longest_run([]) == 0


@pytest.mark.task(1, concept="hash-map-design", misconception="Duplicates lengthen or break the run.")
def test_duplicates_count_once():
    assert longest_run([5, 5, 5]) == 1
    assert longest_run([1, 2, 2, 3]) == 3


@pytest.mark.task(1, concept="hash-map-design", misconception="Negative ids or zero are left out.")
def test_runs_cross_zero():
    assert longest_run([-1, 1, 0, 0]) == 3


@pytest.mark.task(1, concept="hash-map-design", misconception="Steps other than one count as consecutive.")
def test_even_numbers_are_not_a_run():
    assert longest_run([2, 4, 6, 8]) == 1
