"""Stretches of a log in which all arms occur equally often."""


def longest_balanced(events: list[str]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch with as many "a" as "b"; (0, 0) if there is none.

    Complexity: one pass with one dictionary operation an event, O(n) on average; the dictionary holds at most 2n + 1
    balances. The first place of a balance gives the longest stretch that ends here.
    """
    steps = {"a": 1, "b": -1}
    first = {0: 0}
    balance = 0
    start, length = 0, 0
    for end, event in enumerate(events, start=1):
        balance += steps.get(event, 0)
        begin = first.setdefault(balance, end)
        if end - begin > length:
            start, length = begin, end - begin
    return start, length


def longest_balanced_arms(events: list[str], arms: list[str]) -> tuple[int, int]:
    """Returns (start, length) of the longest, then leftmost, stretch that holds every arm equally often.

    Complexity: the key is the tuple of leads of each arm over the last one, equal before and after exactly when all
    arms grew by the same number; O(a) to make and hash, so O(n * a).
    """
    place = {arm: index for index, arm in enumerate(arms)}
    counts = [0] * len(arms)
    first: dict[tuple[int, ...], int] = {tuple(counts[:-1]): 0}
    start, length = 0, 0
    for end, event in enumerate(events, start=1):
        if event in place:
            counts[place[event]] += 1
        key = tuple(count - counts[-1] for count in counts[:-1])
        begin = first.setdefault(key, end)
        if end - begin > length:
            start, length = begin, end - begin
    return start, length
