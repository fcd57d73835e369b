# must fail: test_work_grows_linearly_with_long
def window_peaks(depths, k):
    peaks = []
    for start in range(len(depths) - k + 1):
        peak = depths[start]
        for index in range(start + 1, start + k):
            if depths[index] > peak:
                peak = depths[index]
        peaks.append(peak)
    return peaks
