# must fail: test_ranges_include
def load_curve(minutes, reservations):
    changes = [0] * (minutes + 1)
    for first, last, load in reservations:
        changes[first] += load
        changes[last] -= load
    curve, total = [], 0
    for minute in range(minutes):
        total += changes[minute]
        curve.append(total)
    return curve
