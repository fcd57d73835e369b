# must fail: test_work_grows
def best_link(capacities):
    best = 0
    for i in range(len(capacities)):
        for j in range(i + 1, len(capacities)):
            best = max(best, min(capacities[i], capacities[j]) * (j - i))
    return best
