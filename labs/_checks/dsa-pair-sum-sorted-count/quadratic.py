# must fail: test_work_grows
def count_pairs(lengths, target):
    count = 0
    for i in range(len(lengths)):
        j = i + 1
        while j < len(lengths) and lengths[i] + lengths[j] <= target:
            count += lengths[i] + lengths[j] == target
            j += 1
    return count
