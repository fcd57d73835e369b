# must fail: test_equal_peaks
from collections import deque


def window_peaks(depths, k):
    queue, peaks = deque(), []
    for index, depth in enumerate(depths):
        while queue and depths[queue[-1]] <= depth:
            queue.pop()
        queue.append(index)
        if queue[0] < index - k:
            queue.popleft()
        if index >= k - 1:
            peaks.append(depths[queue[0]])
    return peaks
