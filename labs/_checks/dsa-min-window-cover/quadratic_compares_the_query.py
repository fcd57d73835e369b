# must fail: test_work_grows_linearly_with_the_query
from collections import Counter


def shortest_cover(tokens, needed):
    if not needed:
        return 0, 0
    target, have, best, start = Counter(needed), Counter(), None, 0
    for end, token in enumerate(tokens, start=1):
        have[token] += 1
        while all(have[name] >= count for name, count in target.items()):
            if best is None or end - start < best[1] - best[0]:
                best = (start, end)
            have[tokens[start]] -= 1
            start += 1
    return best
