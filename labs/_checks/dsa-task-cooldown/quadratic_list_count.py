# must fail: test_cpu_time_grows
def least_slots(tenants, cooldown):
    if not tenants:
        return 0
    counts = [tenants.count(tenant) for tenant in set(tenants)]
    highest = max(counts)
    return max(len(tenants), (highest - 1) * (cooldown + 1) + counts.count(highest))
