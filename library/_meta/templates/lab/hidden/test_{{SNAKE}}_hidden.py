import pytest

from {{SNAKE}} import double


@pytest.mark.task(1, concept="concept-of-the-module", misconception="What a failure most likely means.")
def test_doubles_at_the_edges():
    assert double(0) == 0
    assert double(-(10**30)) == -2 * 10**30
