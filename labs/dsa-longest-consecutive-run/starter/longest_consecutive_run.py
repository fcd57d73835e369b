"""Runs of consecutive ids in an unordered collection."""


def longest_run(ids: list[int]) -> int:
    """Returns the length of the longest run of consecutive numbers in ids, 0 if there are none."""
    raise NotImplementedError


class RunTracker:
    """The longest run of the ids that were added so far."""

    def __init__(self) -> None:
        raise NotImplementedError

    def add(self, number: int) -> int:
        """Adds an id and returns the length of the longest run so far."""
        raise NotImplementedError
