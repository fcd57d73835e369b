# must fail: test_work_grows
def longest_run(ids):
    present = set(ids)
    longest = 0
    for start in present:
        end = start
        while end in present:
            end += 1
        longest = max(longest, end - start)
    return longest
