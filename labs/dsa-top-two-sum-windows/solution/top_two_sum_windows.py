"""Non-overlapping windows with the greatest sum."""


def best_two_windows(capacity: list[int], k: int) -> tuple[int, int] | None:
    """Returns the starts of the two windows of k with the greatest total, the smallest starts first, or None.

    Complexity: both window sums slide by one addition and one subtraction; the best first window so far is carried
    along. O(n) time whatever k is, O(1) memory. Strict comparisons keep the earliest of equals.
    """
    if len(capacity) < 2 * k:
        return None
    first = sum(capacity[index] for index in range(k))
    second = sum(capacity[index] for index in range(k, 2 * k))
    best_first, best_start = first, 0
    best_total, best = first + second, (0, k)
    for start in range(k + 1, len(capacity) - k + 1):
        second += capacity[start + k - 1] - capacity[start - 1]
        first += capacity[start - 1] - capacity[start - k - 1]
        if first > best_first:
            best_first, best_start = first, start - k
        if best_first + second > best_total:
            best_total, best = best_first + second, (best_start, start)
    return best


def best_windows_total(capacity: list[int], k: int, count: int) -> int | None:
    """Returns the greatest total of count windows of k minutes that don't overlap, or None.

    Complexity: best[end] for one window more is the better of best[end - 1] and the window that ends at end plus the
    best of one window fewer up to end - k: O(n) a window, O(n * count) time, O(n) memory.
    """
    if len(capacity) < count * k:
        return None
    prefix = [0]
    for value in capacity:
        prefix.append(prefix[-1] + value)
    best: list[int | None] = [0] * len(prefix)
    for _ in range(count):
        longer: list[int | None] = [None] * len(prefix)
        for end in range(k, len(prefix)):
            before = best[end - k]
            skipped = longer[end - 1]
            if before is None:
                continue
            taken = before + prefix[end] - prefix[end - k]
            longer[end] = taken if skipped is None or taken > skipped else skipped
        best = longer
    return best[-1]
