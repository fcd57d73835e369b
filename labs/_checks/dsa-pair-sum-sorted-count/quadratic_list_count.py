# must fail: test_cpu_time_grows
def count_pairs(lengths, target):
    twice = sum(lengths.count(target - value) for value in lengths)
    return (twice - sum(2 * value == target for value in lengths)) // 2
