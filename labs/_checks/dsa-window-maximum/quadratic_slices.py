# must fail: test_cpu_time_grows
def window_peaks(depths, k):
    return [max(depths[start : start + k]) for start in range(len(depths) - k + 1)]
