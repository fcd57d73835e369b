# must fail: test_many_tenants
from collections import Counter


def least_slots(tenants, cooldown):
    counts = list(Counter(tenants).values())
    if not counts:
        return 0
    return (max(counts) - 1) * (cooldown + 1) + counts.count(max(counts))
