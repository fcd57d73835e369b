# must fail: test_duplicates
def longest_run(ids):
    longest = run = 0
    previous = None
    for number in sorted(ids):
        run = run + 1 if previous is not None and number == previous + 1 else 1
        longest, previous = max(longest, run), number
    return longest
