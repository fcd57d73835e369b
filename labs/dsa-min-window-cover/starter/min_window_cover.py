"""The shortest stretch of tokens that covers a query."""


def shortest_cover(tokens: list[str], needed: list[str]) -> tuple[int, int] | None:
    """Returns (start, end) of the shortest, then leftmost, stretch that covers needed; None if there is none."""
    raise NotImplementedError


class CoverWatcher:
    """Tells after each token of a stream how short a covering stretch ends there."""

    def __init__(self, needed: list[str]) -> None:
        raise NotImplementedError

    def add(self, token: str) -> int | None:
        """Returns the length of the shortest covering stretch that ends with this token, or None."""
        raise NotImplementedError
