# must fail: test_memory
def count_pairs(lengths, target):
    seen, count = {}, 0
    for value in lengths:
        count += seen.get(target - value, 0)
        seen[value] = seen.get(value, 0) + 1
    return count
