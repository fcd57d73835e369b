# must fail: test_work_grows
def count_spans(deltas, k):
    count = 0
    for start in range(len(deltas)):
        total = 0
        for end in range(start, len(deltas)):
            total += deltas[end]
            count += total == k
    return count
