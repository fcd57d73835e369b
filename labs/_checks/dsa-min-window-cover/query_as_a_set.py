# must fail: test_a_token_may_be_needed_twice
def shortest_cover(tokens, needed):
    if not needed:
        return 0, 0
    target, last, best = set(needed), {}, None
    for end, token in enumerate(tokens, start=1):
        if token in target:
            last[token] = end - 1
        if len(last) == len(target):
            start = min(last.values())
            if best is None or end - start < best[1] - best[0]:
                best = (start, end)
    return best
