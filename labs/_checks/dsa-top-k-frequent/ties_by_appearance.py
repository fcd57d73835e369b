# must fail: test_ties
from collections import Counter


def top_queries(queries, k):
    return [query for query, _ in Counter(queries).most_common(k)]
