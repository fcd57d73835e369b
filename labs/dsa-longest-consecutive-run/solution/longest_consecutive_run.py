"""Runs of consecutive ids in an unordered collection."""


def longest_run(ids: list[int]) -> int:
    """Returns the length of the longest run of consecutive numbers in ids, 0 if there are none.

    Complexity: a walk starts only at an id whose predecessor is absent, so each id is stepped on by one walk and asked
    about once as a start: at most 2n lookups, O(n) on average, with O(n) memory for the set.
    """
    present = set(ids)
    longest = 0
    for start in present:
        if start - 1 in present:
            continue
        end = start + 1
        while end in present:
            end += 1
        longest = max(longest, end - start)
    return longest


class RunTracker:
    """The longest run of the ids that were added so far.

    Complexity: the dictionary knows the length of a run at its two ends (inner entries may be out of date but are never
    read as an end again, since a new id can only touch ends). Four dictionary operations a call: O(1) on average.
    """

    def __init__(self) -> None:
        self._length_at: dict[int, int] = {}
        self._longest = 0

    def add(self, number: int) -> int:
        """Adds an id and returns the length of the longest run so far."""
        if number not in self._length_at:
            left = self._length_at.get(number - 1, 0)
            right = self._length_at.get(number + 1, 0)
            length = left + 1 + right
            self._length_at[number] = length
            self._length_at[number - left] = length
            self._length_at[number + right] = length
            self._longest = max(self._longest, length)
        return self._longest
