# must fail: test_the_start_never
def longest_distinct(tokens):
    last, start, best = {}, 0, (0, 0)
    for index, token in enumerate(tokens):
        if token in last:
            start = last[token] + 1
        last[token] = index
        if index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
