# must fail: test_cpu_time_grows
def top_queries(queries, k):
    return sorted(set(queries), key=lambda query: (-queries.count(query), query))[:k]
