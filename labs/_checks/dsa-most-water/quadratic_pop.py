# must fail: test_work_grows
def best_link(capacities):
    rest = list(capacities)
    best = 0
    while len(rest) > 1:
        best = max(best, min(rest[0], rest[-1]) * (len(rest) - 1))
        rest.pop(0 if rest[0] <= rest[-1] else -1)
    return best
