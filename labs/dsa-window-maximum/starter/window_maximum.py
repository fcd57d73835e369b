"""Maxima of sliding windows."""


def window_peaks(depths: list[int], k: int) -> list[int]:
    """Returns the maximum of each full window of k depths."""
    raise NotImplementedError


class RollingPeak:
    """The highest value of the last span_ms milliseconds of a stream."""

    def __init__(self, span_ms: int) -> None:
        raise NotImplementedError

    def add(self, time_ms: int, value: int) -> int:
        """Adds a sample, not earlier than the last, and returns the peak of the window that ends with it."""
        raise NotImplementedError
