"""Loads of many ranges, added up."""


def load_curve(minutes: int, reservations: list[tuple[int, int, int]]) -> list[int]:
    """Returns the load of each minute from 0 to minutes - 1."""
    raise NotImplementedError


def peak_load(reservations: list[tuple[int, int, int]]) -> tuple[int, int] | None:
    """Returns (moment, load) of the earliest covered moment with the highest load, or None."""
    raise NotImplementedError
