# must fail: test_work_grows
def until_slower(latencies):
    result = [0] * len(latencies)
    for i in range(len(latencies)):
        for j in range(i + 1, len(latencies)):
            if latencies[j] > latencies[i]:
                result[i] = j - i
                break
    return result
