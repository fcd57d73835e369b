# must fail: test_the_best_pair
def best_two_windows(capacity, k):
    if len(capacity) < 2 * k:
        return None
    starts = range(len(capacity) - k + 1)
    ranked = sorted(starts, key=lambda start: (-sum(capacity[start : start + k]), start))
    return tuple(sorted(ranked[:2]))
