"""Distance to the next greater element."""


def until_slower(latencies: list[int]) -> list[int]:
    """Returns for each latency the distance to the next strictly greater one, 0 if there is none."""
    raise NotImplementedError


def until_slower_around(latencies: list[int]) -> list[int]:
    """Returns the same on a ring, where the first latency follows the last."""
    raise NotImplementedError
