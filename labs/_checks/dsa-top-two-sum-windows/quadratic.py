# must fail: test_work_grows_linearly_with_short
def best_two_windows(capacity, k):
    sums = []
    total = 0
    for index, value in enumerate(capacity):
        total += value - (capacity[index - k] if index >= k else 0)
        if index >= k - 1:
            sums.append(total)
    best = best_total = None
    for i in range(len(sums)):
        for j in range(i + k, len(sums)):
            if best is None or sums[i] + sums[j] > best_total:
                best, best_total = (i, j), sums[i] + sums[j]
    return best
