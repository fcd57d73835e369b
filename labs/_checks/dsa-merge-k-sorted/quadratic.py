# must fail: test_work_grows_with_the_entries_of_many
def merge_logs(logs):
    positions = [0] * len(logs)
    merged = []
    while True:
        best = None
        for number, log in enumerate(logs):
            if positions[number] < len(log):
                if best is None or log[positions[number]][0] < logs[best][positions[best]][0]:
                    best = number
        if best is None:
            return merged
        merged.append(logs[best][positions[best]])
        positions[best] += 1
