# must fail: test_work_grows
def longest_distinct(tokens):
    best = (0, 0)
    for start in range(len(tokens)):
        seen = set()
        end = start
        while end < len(tokens) and tokens[end] not in seen:
            seen.add(tokens[end])
            end += 1
        if end - start > best[1]:
            best = (start, end - start)
    return best
