# must fail: test_work_grows
def zero_triples(offsets):
    values = sorted(offsets)
    found = set()
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if -values[i] - values[j] in values[j + 1 :]:
                found.add((values[i], values[j], -values[i] - values[j]))
    return sorted(found)
