"""Distance to the next greater element."""


def until_slower(latencies: list[int]) -> list[int]:
    """Returns for each latency the distance to the next strictly greater one, 0 if there is none.

    Complexity: each position is pushed once and popped at most once, so the inner loop runs n times in all: O(n) time
    and memory. Latencies on the stack never rise from bottom to top, because a greater one would have popped those
    below it.
    """
    result = [0] * len(latencies)
    waiting: list[int] = []
    for index, latency in enumerate(latencies):
        while waiting and latencies[waiting[-1]] < latency:
            earlier = waiting.pop()
            result[earlier] = index - earlier
        waiting.append(index)
    return result


def until_slower_around(latencies: list[int]) -> list[int]:
    """Returns the same on a ring, where the first latency follows the last.

    Complexity: a second lap only pops, it pushes nothing; still one push and one pop a position: O(n).
    """
    count = len(latencies)
    result = [0] * count
    waiting: list[int] = []
    for step in range(2 * count):
        latency = latencies[step % count]
        while waiting and latencies[waiting[-1]] < latency:
            earlier = waiting.pop()
            result[earlier] = step - earlier
        if step < count:
            waiting.append(step)
    return result
