# must fail: test_a_long_cooldown
import heapq
from collections import Counter, deque


def least_slots(tenants, cooldown):
    ready = [-count for count in Counter(tenants).values()]
    heapq.heapify(ready)
    resting, slots = deque(), 0
    while ready or resting:
        if resting and resting[0][0] <= slots:
            heapq.heappush(ready, resting.popleft()[1])
        slots += 1
        if ready:
            remaining = heapq.heappop(ready) + 1
            if remaining:
                resting.append((slots + cooldown, remaining))
    return slots
