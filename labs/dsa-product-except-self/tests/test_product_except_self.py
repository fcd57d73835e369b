import pytest
from product_except_self import product_except_self


@pytest.mark.task(
    1, concept="prefix-sums", misconception="The element itself is multiplied in, or a neighbour left out."
)
def test_each_result_leaves_out_its_own_factor():
    assert product_except_self([2, 3, 4, 5]) == [60, 40, 30, 24]


@pytest.mark.task(1, concept="prefix-sums", misconception="The total is divided by the element, which may be zero.")
def test_one_zero_leaves_one_product():
    assert product_except_self([2, 0, 4]) == [0, 8, 0]


@pytest.mark.task(1, concept="prefix-sums", misconception="Zeros are skipped when there are several.")
def test_two_zeros_leave_none():
    assert product_except_self([0, 3, 0]) == [0, 0, 0]


@pytest.mark.task(1, concept="array-costs", misconception="The product of nothing is taken for 0.")
def test_the_product_of_nothing_is_one():
    assert product_except_self([7]) == [1]
    assert product_except_self([]) == []


@pytest.mark.task(1, concept="prefix-sums", misconception="Signs are lost.")
def test_signs_are_kept():
    assert product_except_self([-1, 2, -3]) == [-6, 3, -2]
