"""Schedules in which calls of one tenant keep their distance."""


def least_slots(tenants: list[str], cooldown: int) -> int:
    """Returns the least number of slots for all calls."""
    raise NotImplementedError


def schedule(tenants: list[str], cooldown: int) -> list[str | None]:
    """Returns a shortest schedule: the tenant of each slot, None where idle."""
    raise NotImplementedError
