# must fail: test_work_grows
def longest_distinct(tokens):
    window, members, start, best = [], set(), 0, (0, 0)
    for token in tokens:
        while token in members:
            members.remove(window.pop(0))
            start += 1
        window.append(token)
        members.add(token)
        if len(window) > best[1]:
            best = (start, len(window))
    return best
