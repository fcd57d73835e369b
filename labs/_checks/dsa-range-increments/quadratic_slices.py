# must fail: test_cpu_time_grows
def load_curve(minutes, reservations):
    curve = [0] * minutes
    for first, last, load in reservations:
        curve[first : last + 1] = [value + load for value in curve[first : last + 1]]
    return curve
