# must fail: test_work_grows
def least_slots(tenants, cooldown):
    left, free_at, slots, done = {}, {}, 0, 0
    for tenant in tenants:
        left[tenant] = left.get(tenant, 0) + 1
        free_at[tenant] = 0
    while done < len(tenants):
        ready = [tenant for tenant in left if left[tenant] and free_at[tenant] <= slots]
        if not ready:
            slots = min(free_at[tenant] for tenant in left if left[tenant])
            continue
        tenant = max(ready, key=lambda name: left[name])
        left[tenant] -= 1
        slots += 1
        free_at[tenant] = slots + cooldown
        done += 1
    return slots
