# must fail: test_cpu_time_grows
def merge_logs(logs):
    merged = []
    for log in logs:
        merged = sorted(merged + log, key=lambda entry: entry[0])
    return merged
