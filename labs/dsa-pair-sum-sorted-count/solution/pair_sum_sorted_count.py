"""Pairs with a given sum in a sorted list."""


def count_pairs(lengths: list[int], target: int) -> int:
    """Returns how many pairs of positions have the given sum; lengths is ascending.

    Complexity: each step moves a pointer past values it has dealt with, runs of equal values as a whole, so the two
    pointers together make at most n moves. O(n) time, O(1) memory.
    """
    low, high = 0, len(lengths) - 1
    count = 0
    while low < high:
        total = lengths[low] + lengths[high]
        if total < target:
            low += 1
        elif total > target:
            high -= 1
        elif lengths[low] == lengths[high]:
            run = high - low + 1
            return count + run * (run - 1) // 2
        else:
            left = right = 1
            while lengths[low + left] == lengths[low]:
                left += 1
            while lengths[high - right] == lengths[high]:
                right += 1
            count += left * right
            low += left
            high -= right
    return count


def count_pairs_between(lengths: list[int], low: int, high: int) -> int:
    """Returns how many pairs of positions have a sum from low to high, both included.

    Complexity: pairs with a sum up to high less pairs with a sum below low, each counted by one pass of two pointers.
    """
    if low > high:
        return 0
    return _count_up_to(lengths, high) - _count_up_to(lengths, low - 1)


def _count_up_to(lengths: list[int], limit: int) -> int:
    low, high = 0, len(lengths) - 1
    count = 0
    while low < high:
        if lengths[low] + lengths[high] <= limit:
            count += high - low
            low += 1
        else:
            high -= 1
    return count
