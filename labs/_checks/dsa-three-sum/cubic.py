# must fail: test_work_grows
def zero_triples(offsets):
    values = sorted(offsets)
    found = set()
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            for k in range(j + 1, len(values)):
                if values[i] + values[j] + values[k] == 0:
                    found.add((values[i], values[j], values[k]))
    return sorted(found)
