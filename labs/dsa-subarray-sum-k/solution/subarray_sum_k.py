"""Spans of a ledger that have a given total."""


def count_spans(deltas: list[int], k: int) -> int:
    """Returns how many non-empty spans of neighbouring entries have the total k.

    Complexity: one pass; at each end one lookup tells how many starts fit, because the sum of deltas[i:j] is
    prefix[j] - prefix[i]. O(n) on average, O(n) memory. The sum is looked up before it is stored, so no span is empty.
    """
    seen = {0: 1}
    total = count = 0
    for delta in deltas:
        total += delta
        count += seen.get(total - k, 0)
        seen[total] = seen.get(total, 0) + 1
    return count


def longest_span(deltas: list[int], k: int) -> tuple[int, int] | None:
    """Returns (i, j) of the longest, then leftmost, span with the total k, or None.

    Complexity: as above; only the first place of each prefix sum is kept, since the earliest start makes the longest
    span.
    """
    first = {0: 0}
    total = 0
    best: tuple[int, int] | None = None
    for end, delta in enumerate(deltas, start=1):
        total += delta
        start = first.get(total - k)
        if start is not None and start < end and (best is None or end - start > best[1] - best[0]):
            best = (start, end)
        first.setdefault(total, end)
    return best
