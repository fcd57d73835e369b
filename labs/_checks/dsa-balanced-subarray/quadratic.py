# must fail: test_work_grows
def longest_balanced(events):
    best = (0, 0)
    for start in range(len(events)):
        balance = 0
        for end in range(start, len(events)):
            balance += (events[end] == "a") - (events[end] == "b")
            if balance == 0 and end + 1 - start > best[1]:
                best = (start, end + 1 - start)
    return best
