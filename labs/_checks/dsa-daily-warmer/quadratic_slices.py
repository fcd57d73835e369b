# must fail: test_cpu_time_grows
def until_slower(latencies):
    result = []
    for i, latency in enumerate(latencies):
        rest = latencies[i + 1 :]
        result.append(
            next(j + 1 for j, value in enumerate(rest) if value > latency) if max(rest, default=0) > latency else 0
        )
    return result
