"""The shortest stretch of tokens that covers a query."""

from collections import Counter, deque


def shortest_cover(tokens: list[str], needed: list[str]) -> tuple[int, int] | None:
    """Returns (start, end) of the shortest, then leftmost, stretch that covers needed; None if there is none.

    Complexity: each token enters the window once and leaves it at most once, with O(1) dictionary operations: O(n +
    m) on average, O(m) memory for the query plus what the window holds. `missing` counts the tokens still to be
    found, so covering is one comparison.
    """
    lacking = Counter(needed)
    missing = len(needed)
    if not missing:
        return 0, 0
    best: tuple[int, int] | None = None
    start = 0
    for end, token in enumerate(tokens, start=1):
        if token in lacking:
            missing -= lacking[token] > 0
            lacking[token] -= 1
        while not missing:
            if best is None or end - start < best[1] - best[0]:
                best = (start, end)
            leaving = tokens[start]
            start += 1
            if leaving in lacking:
                lacking[leaving] += 1
                missing += lacking[leaving] > 0
    return best


class CoverWatcher:
    """Tells after each token of a stream how short a covering stretch ends there.

    Complexity: for each needed token its last c places are kept, c being how often it is needed: m numbers. A stretch
    that ends now covers the query exactly if it starts no later than the oldest of these places: O(m) a call at most.
    """

    def __init__(self, needed: list[str]) -> None:
        self._places: dict[str, deque[int]] = {token: deque(maxlen=count) for token, count in Counter(needed).items()}
        self._missing = len(needed)
        self._length = 0

    def add(self, token: str) -> int | None:
        """Returns the length of the shortest covering stretch that ends with this token, or None."""
        places = self._places.get(token)
        if places is not None:
            self._missing -= len(places) < (places.maxlen or 0)
            places.append(self._length)
        self._length += 1
        if self._missing:
            return None
        return self._length - min(places[0] for places in self._places.values())
