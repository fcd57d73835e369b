# must fail: test_equal_times
import heapq


def merge_logs(logs):
    return list(heapq.merge(*(sorted(log) for log in logs)))
