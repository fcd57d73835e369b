# must fail: test_equal
def until_slower(latencies):
    result = [0] * len(latencies)
    waiting = []
    for index, latency in enumerate(latencies):
        while waiting and latencies[waiting[-1]] <= latency:
            earlier = waiting.pop()
            result[earlier] = index - earlier
        waiting.append(index)
    return result
