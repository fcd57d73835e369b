"""Pairs of heights: the best link and the backlog between them."""


def best_link(capacities: list[int]) -> int:
    """Returns the largest min(capacities[i], capacities[j]) * (j - i) over i < j, or 0.

    Complexity: each step drops one station, so n - 1 steps and O(1) memory. Dropping the weaker end is safe: any link
    that keeps it is narrower than the present one and carries no more.
    """
    low, high = 0, len(capacities) - 1
    best = 0
    while low < high:
        weaker = min(capacities[low], capacities[high])
        best = max(best, weaker * (high - low))
        if capacities[low] == weaker:
            low += 1
        else:
            high -= 1
    return best


def held_back(levels: list[int]) -> int:
    """Returns how much is held back between the levels in total.

    Complexity: one step a station and four variables. At the end with the lower maximum the other side is known to be
    at least as high, so what is held back there is settled.
    """
    low, high = 0, len(levels) - 1
    highest_left = highest_right = total = 0
    while low <= high:
        if highest_left <= highest_right:
            highest_left = max(highest_left, levels[low])
            total += highest_left - levels[low]
            low += 1
        else:
            highest_right = max(highest_right, levels[high])
            total += highest_right - levels[high]
            high -= 1
    return total
