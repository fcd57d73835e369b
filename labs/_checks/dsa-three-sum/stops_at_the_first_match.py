# must fail: test_one_smallest_value
def zero_triples(offsets):
    values = sorted(offsets)
    triples = []
    for first in range(len(values) - 2):
        if first and values[first] == values[first - 1]:
            continue
        low, high = first + 1, len(values) - 1
        while low < high:
            total = values[first] + values[low] + values[high]
            if total == 0:
                triples.append((values[first], values[low], values[high]))
                break
            if total < 0:
                low += 1
            else:
                high -= 1
    return triples
