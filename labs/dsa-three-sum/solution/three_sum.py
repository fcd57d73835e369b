"""Triples of values with a given sum."""


def zero_triples(offsets: list[int]) -> list[tuple[int, int, int]]:
    """Returns the distinct triples of values that sum to zero, each ascending, in ascending order.

    Complexity: sorting is O(n log n). For each smallest value the two pointers together move n times at most, and each
    move can't skip a solution: if the sum is too small, the lower value fits no upper one. O(n^2) in all.
    """
    values = sorted(offsets)
    triples = []
    for first in range(len(values) - 2):
        if values[first] > 0:
            break
        if first and values[first] == values[first - 1]:
            continue
        low, high = first + 1, len(values) - 1
        while low < high:
            total = values[first] + values[low] + values[high]
            if total < 0:
                low += 1
            elif total > 0:
                high -= 1
            else:
                triples.append((values[first], values[low], values[high]))
                low += 1
                while low < high and values[low] == values[low - 1]:
                    low += 1
    return triples


def count_triples_below(values: list[int], limit: int) -> int:
    """Returns how many triples of positions have a sum strictly below limit.

    Complexity: when the sum at (first, low, high) is below the limit, so is that of every upper position between low
    and high, and all high - low of them are counted in one step: O(n^2).
    """
    ordered = sorted(values)
    count = 0
    for first in range(len(ordered) - 2):
        low, high = first + 1, len(ordered) - 1
        while low < high:
            if ordered[first] + ordered[low] + ordered[high] < limit:
                count += high - low
                low += 1
            else:
                high -= 1
    return count
