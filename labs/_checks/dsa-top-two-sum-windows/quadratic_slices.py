# must fail: test_cpu_time_grows
def best_two_windows(capacity, k):
    sums = [sum(capacity[start : start + k]) for start in range(len(capacity) - k + 1)]
    first = 0
    best = best_total = None
    for second in range(k, len(sums)):
        if sums[second - k] > sums[first]:
            first = second - k
        if best is None or sums[first] + sums[second] > best_total:
            best, best_total = (first, second), sums[first] + sums[second]
    return best
