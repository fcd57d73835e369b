"""Loads of many ranges, added up."""


def load_curve(minutes: int, reservations: list[tuple[int, int, int]]) -> list[int]:
    """Returns the load of each minute from 0 to minutes - 1.

    Complexity: two additions a reservation, one a minute: O(minutes + reservations). Minute i of the result is the
    sum of the changes up to i, which is the sum of the loads that began and haven't ended.
    """
    changes = [0] * (minutes + 1)
    for first, last, load in reservations:
        changes[first] += load
        changes[last + 1] -= load
    curve = []
    total = 0
    for minute in range(minutes):
        total += changes[minute]
        curve.append(total)
    return curve


def peak_load(reservations: list[tuple[int, int, int]]) -> tuple[int, int] | None:
    """Returns (moment, load) of the earliest covered moment with the highest load, or None.

    Complexity: the load changes only where a range begins or has ended, 2r moments at most; sorting them is O(r log r).
    All changes of a moment are applied before it is looked at.
    """
    changes: dict[int, list[int]] = {}
    for first, last, load in reservations:
        rise = changes.setdefault(first, [0, 0])
        rise[0] += load
        rise[1] += 1
        fall = changes.setdefault(last + 1, [0, 0])
        fall[0] -= load
        fall[1] -= 1
    best: tuple[int, int] | None = None
    load = covering = 0
    for moment in sorted(changes):
        load += changes[moment][0]
        covering += changes[moment][1]
        if covering and (best is None or load > best[1]):
            best = (moment, load)
    return best
