# must fail: test_runs_of_equal
def count_pairs(lengths, target):
    low, high, count = 0, len(lengths) - 1, 0
    while low < high:
        total = lengths[low] + lengths[high]
        if total == target:
            count += 1
            low, high = low + 1, high - 1
        elif total < target:
            low += 1
        else:
            high -= 1
    return count
