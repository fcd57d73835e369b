"""Longest stretches of tokens with a bound on repetition."""


def longest_distinct(tokens: list[int]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch of tokens that are all different.

    Complexity: one dictionary lookup and one store a token: O(n) on average. The start never moves back, because a
    token last seen before the window doesn't touch it.
    """
    last: dict[int, int] = {}
    start = 0
    best = (0, 0)
    for index, token in enumerate(tokens):
        start = max(start, last.get(token, -1) + 1)
        last[token] = index
        if index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best


def longest_with_kinds(tokens: list[int], kinds: int) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch with at most kinds different tokens.

    Complexity: each token enters the window once and leaves it at most once: O(n) on average. The dictionary holds the
    tokens in the window only, so its length is the number of kinds.
    """
    counts: dict[int, int] = {}
    start = 0
    best = (0, 0)
    for index, token in enumerate(tokens):
        counts[token] = counts.get(token, 0) + 1
        while len(counts) > kinds:
            leaving = tokens[start]
            start += 1
            if counts[leaving] == 1:
                del counts[leaving]
            else:
                counts[leaving] -= 1
        if index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
