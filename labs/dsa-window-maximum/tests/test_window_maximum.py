import pytest
from window_maximum import window_peaks


@pytest.mark.task(1, concept="queue-and-deque", misconception="A peak stays although it has left the window.")
def test_every_window_has_its_peak():
    assert window_peaks([1, 3, -1, -3, 5, 3, 6, 7], 3) == [3, 3, 5, 5, 6, 7]


@pytest.mark.task(1, concept="sliding-window", misconception="The first window is reported before it is full.")
def test_a_window_of_one_is_the_list():
    assert window_peaks([4, 2], 1) == [4, 2]


@pytest.mark.task(1, concept="sliding-window", misconception="Equal peaks are removed together.")
def test_equal_peaks_leave_one_after_the_other():
    assert window_peaks([9, 9, 1], 2) == [9, 9]
    assert window_peaks([9, 9, 1, 0], 2) == [9, 9, 1]


@pytest.mark.task(1, concept="sliding-window", misconception="A window that doesn't fit is cut short.")
def test_no_full_window_has_no_peak():
    assert window_peaks([1], 2) == []
    assert window_peaks([], 1) == []


@pytest.mark.task(1, concept="monotonic-stack", misconception="The peak starts at zero.")
def test_all_depths_may_be_negative():
    assert window_peaks([-5, -7, -6], 2) == [-5, -6]
