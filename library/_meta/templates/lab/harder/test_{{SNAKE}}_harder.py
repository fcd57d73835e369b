import pytest

from {{SNAKE}} import double


@pytest.mark.task(2, concept="concept-of-the-module", misconception="What a failure most likely means.")
def test_doubles_what_only_the_harder_variant_asks():
    assert [double(n) for n in range(1000)] == list(range(0, 2000, 2))
