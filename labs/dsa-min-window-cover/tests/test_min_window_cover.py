import pytest
from min_window_cover import shortest_cover


def found(tokens, needed):
    result = shortest_cover(tokens, needed)
    return result if result is None else tuple(result)


@pytest.mark.task(1, concept="sliding-window", misconception="The window isn't shrunk once it covers the query.")
def test_the_shortest_passage_wins():
    assert found("a d o b e c o d e b a n c".split(), ["a", "b", "c"]) == (9, 13)


@pytest.mark.task(1, concept="sliding-window", misconception="The query is taken for a set.")
def test_a_token_may_be_needed_twice():
    assert found(["x", "y", "x", "x"], ["x", "x"]) == (2, 4)
    assert found(["x", "y"], ["x", "x"]) is None


@pytest.mark.task(1, concept="sliding-window", misconception="Of equally short passages a later one is returned.")
def test_the_leftmost_of_the_shortest_is_returned():
    assert found(["b", "a", "b", "a"], ["a", "b"]) == (0, 2)


@pytest.mark.task(1, concept="sliding-window", misconception="Empty inputs aren't considered.")
def test_empty_inputs():
    assert found(["x"], []) == (0, 0)
    assert found([], ["x"]) is None
    assert found([], []) == (0, 0)


@pytest.mark.task(1, concept="sliding-window", misconception="The last passage isn't compared.")
def test_the_passage_may_end_the_document():
    assert found(["a", "-", "-", "b", "a"], ["a", "b"]) == (3, 5)


@pytest.mark.task(1, concept="sliding-window", misconception="A surplus token counts for a missing one.")
def test_surplus_tokens_replace_nothing():
    assert found(["a", "a", "a", "b"], ["a", "b", "b"]) is None
