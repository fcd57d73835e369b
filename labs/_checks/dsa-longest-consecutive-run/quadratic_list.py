# must fail: test_cpu_time_grows
def longest_run(ids):
    longest = 0
    for start in ids:
        if start - 1 in ids:
            continue
        end = start
        while end in ids:
            end += 1
        longest = max(longest, end - start)
    return longest
