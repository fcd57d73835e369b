import pytest
from subarray_sum_k import count_spans


@pytest.mark.task(
    1, concept="prefix-sums", misconception="Spans that start at the first entry, or overlap, are missed."
)
def test_overlapping_spans_all_count():
    assert count_spans([3, 4, 7, 2, -3, 1, 4, 2], 7) == 4


@pytest.mark.task(1, concept="prefix-sums", misconception="A prefix sum that occurs again replaces the earlier one.")
def test_zeros_make_several_spans():
    assert count_spans([0, 0], 0) == 3


@pytest.mark.task(1, concept="prefix-sums", misconception="A sliding window is used although sums may fall.")
def test_negative_entries_bring_a_sum_back():
    assert count_spans([1, -1, 1], 1) == 3


@pytest.mark.task(1, concept="prefix-sums", misconception="The empty span is counted.")
def test_a_span_is_never_empty():
    assert count_spans([], 0) == 0
    assert count_spans([5], 0) == 0


@pytest.mark.task(1, concept="prefix-sums", misconception="The empty prefix is missing from the table.")
def test_the_whole_ledger_is_a_span():
    assert count_spans([2, 3], 5) == 1
