"""Maxima of sliding windows."""

from collections import deque


def window_peaks(depths: list[int], k: int) -> list[int]:
    """Returns the maximum of each full window of k depths.

    Complexity: each index is appended once and removed at most once, at either end of the deque: O(n) time for any k,
    O(k) memory. Depths at the queued indices fall strictly, so the front is the maximum of the window.
    """
    queue: deque[int] = deque()
    peaks = []
    for index, depth in enumerate(depths):
        while queue and depths[queue[-1]] <= depth:
            queue.pop()
        queue.append(index)
        if queue[0] <= index - k:
            queue.popleft()
        if index >= k - 1:
            peaks.append(depths[queue[0]])
    return peaks


class RollingPeak:
    """The highest value of the last span_ms milliseconds of a stream.

    Complexity: O(1) amortised, as above. Only samples that are higher than all later ones are kept.
    """

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._falling: deque[tuple[int, int]] = deque()

    def add(self, time_ms: int, value: int) -> int:
        """Adds a sample, not earlier than the last, and returns the peak of the window that ends with it."""
        while self._falling and self._falling[-1][1] <= value:
            self._falling.pop()
        self._falling.append((time_ms, value))
        while self._falling[0][0] <= time_ms - self._span_ms:
            self._falling.popleft()
        return self._falling[0][1]
