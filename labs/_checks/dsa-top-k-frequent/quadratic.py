# must fail: test_work_grows_with_the_log_when_many
def top_queries(queries, k):
    counts = {}
    for query in queries:
        counts[query] = counts.get(query, 0) + 1
    result = []
    for _ in range(min(k, len(counts))):
        best = None
        for query in counts:
            if best is None or counts[query] > counts[best] or (counts[query] == counts[best] and query < best):
                best = query
        result.append(best)
        del counts[best]
    return result
