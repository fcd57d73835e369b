"""The most frequent queries of a log, and of a stream."""


def top_queries(queries: list[str], k: int) -> list[str]:
    """Returns the k most frequent queries, most frequent first, equally frequent ones in alphabetical order."""
    raise NotImplementedError


class HeavyHitters:
    """Candidates for the most frequent queries of a stream, in bounded memory."""

    def __init__(self, capacity: int) -> None:
        raise NotImplementedError

    def add(self, query: str) -> None:
        """Counts one query."""
        raise NotImplementedError

    def candidates(self) -> dict[str, int]:
        """Returns the queries that are remembered, with counts that are never too high."""
        raise NotImplementedError
