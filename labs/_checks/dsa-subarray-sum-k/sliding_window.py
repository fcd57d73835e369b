# must fail: test_random_ledgers
def count_spans(deltas, k):
    count = start = total = 0
    for end, delta in enumerate(deltas):
        total += delta
        while total > k and start <= end:
            total -= deltas[start]
            start += 1
        count += total == k and start <= end
    return count
