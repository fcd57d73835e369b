import pytest
from longest_distinct_window import longest_distinct


@pytest.mark.task(1, concept="sliding-window", misconception="The window is emptied at a repeat.")
def test_the_window_continues_after_a_repeat():
    assert tuple(longest_distinct([1, 2, 3, 1, 4, 5])) == (1, 5)


@pytest.mark.task(1, concept="sliding-window", misconception="The start moves back to a place before the window.")
def test_the_start_never_moves_back():
    assert tuple(longest_distinct([1, 2, 2, 1])) == (0, 2)
    assert tuple(longest_distinct([1, 2, 3, 3, 1, 2])) == (0, 3)


@pytest.mark.task(1, concept="sliding-window", misconception="Of equally long stretches a later one is returned.")
def test_the_leftmost_of_the_longest_is_returned():
    assert tuple(longest_distinct([7, 3, 9, 7, 3, 3])) == (0, 3)


@pytest.mark.task(1, concept="sliding-window", misconception="A repeat at once leaves an empty window.")
def test_equal_tokens_leave_one():
    assert tuple(longest_distinct([5, 5, 5])) == (0, 1)


@pytest.mark.task(1, concept="sliding-window", misconception="No tokens, or no repeat, isn't considered.")
def test_edges():
    assert tuple(longest_distinct([])) == (0, 0)
    assert tuple(longest_distinct([4, 0, 2])) == (0, 3)
