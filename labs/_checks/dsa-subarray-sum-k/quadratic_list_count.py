# must fail: test_cpu_time_grows
def count_spans(deltas, k):
    prefixes, total, count = [0], 0, 0
    for delta in deltas:
        total += delta
        count += prefixes.count(total - k)
        prefixes.append(total)
    return count
