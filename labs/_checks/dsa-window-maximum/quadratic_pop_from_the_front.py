# must fail: test_work_grows_linearly_on_falling
def window_peaks(depths, k):
    queue, peaks = [], []
    for index, depth in enumerate(depths):
        while queue and depths[queue[-1]] <= depth:
            queue.pop()
        queue.append(index)
        if queue[0] <= index - k:
            queue.pop(0)
        if index >= k - 1:
            peaks.append(depths[queue[0]])
    return peaks
