import pytest

from {{SNAKE}} import double


@pytest.mark.task(1, weight=2, concept="concept-of-the-module", misconception="What a failure most likely means.")
def test_doubles_a_small_number():
    assert double(3) == 6
