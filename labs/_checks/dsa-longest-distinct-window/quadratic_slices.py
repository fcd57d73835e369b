# must fail: test_cpu_time_grows
def longest_distinct(tokens):
    start, best = 0, (0, 0)
    for index, token in enumerate(tokens):
        window = tokens[start:index]
        if token in window:
            start += window.index(token) + 1
        if index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
