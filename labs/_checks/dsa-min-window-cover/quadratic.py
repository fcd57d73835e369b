# must fail: test_work_grows_linearly_with_the_document
from collections import Counter


def shortest_cover(tokens, needed):
    if not needed:
        return 0, 0
    best = None
    for start in range(len(tokens)):
        lacking, missing = Counter(needed), len(needed)
        for end in range(start, len(tokens)):
            if lacking[tokens[end]] > 0:
                missing -= 1
            lacking[tokens[end]] -= 1
            if not missing:
                if best is None or end + 1 - start < best[1] - best[0]:
                    best = (start, end + 1)
                break
    return best
