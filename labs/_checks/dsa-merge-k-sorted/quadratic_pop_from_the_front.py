# must fail: test_work_grows_with_the_entries_of_one
import heapq


def merge_logs(logs):
    rest = [list(log) for log in logs]
    heads = [(log[0][0], number) for number, log in enumerate(rest) if log]
    heapq.heapify(heads)
    merged = []
    while heads:
        _, number = heapq.heappop(heads)
        merged.append(rest[number].pop(0))
        if rest[number]:
            heapq.heappush(heads, (rest[number][0][0], number))
    return merged
