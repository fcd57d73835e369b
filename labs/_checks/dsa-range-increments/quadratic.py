# must fail: test_work_grows
def load_curve(minutes, reservations):
    curve = [0] * minutes
    for first, last, load in reservations:
        for minute in range(first, last + 1):
            curve[minute] += load
    return curve
