"""Schedules in which calls of one tenant keep their distance."""

import heapq
from collections import Counter, deque


def least_slots(tenants: list[str], cooldown: int) -> int:
    """Returns the least number of slots for all calls.

    Complexity: O(n) for counting. Lower bounds: n calls need n slots; a tenant with the highest count c needs c - 1
    rows of cooldown + 1 slots, and each tenant with that count one more in the last row. The greater bound is
    reached: deal the calls column by column into the rows; when a row overflows, it has only become longer and no
    idle slot is left.
    """
    if not tenants:
        return 0
    counts = Counter(tenants).values()
    highest = max(counts)
    leaders = sum(1 for count in counts if count == highest)
    return max(len(tenants), (highest - 1) * (cooldown + 1) + leaders)


def schedule(tenants: list[str], cooldown: int) -> list[str | None]:
    """Returns a shortest schedule: the tenant of each slot, None where idle.

    Complexity: a slot costs one push and one pop of the heap at most, O(log m), and O(1) in the queue of tenants at
    rest, which is ordered by time since every rest is equally long. Taking the most remaining calls first is what
    keeps the last rows short.
    """
    ready = [(-count, tenant) for tenant, count in Counter(tenants).items()]
    heapq.heapify(ready)
    resting: deque[tuple[int, int, str]] = deque()
    slots: list[str | None] = []
    while ready or resting:
        if resting and resting[0][0] <= len(slots):
            _, remaining, tenant = resting.popleft()
            heapq.heappush(ready, (remaining, tenant))
        if not ready:
            slots.append(None)
            continue
        remaining, tenant = heapq.heappop(ready)
        slots.append(tenant)
        if remaining < -1:
            resting.append((len(slots) + cooldown, remaining + 1, tenant))
    return slots
