# must fail: test_the_inner_pair
def best_link(capacities):
    low, high, best = 0, len(capacities) - 1, 0
    while low < high:
        best = max(best, min(capacities[low], capacities[high]) * (high - low))
        if capacities[low] > capacities[high]:
            low += 1
        else:
            high -= 1
    return best
