# must fail: test_cpu_time_grows
def longest_balanced(events):
    balances = [0]
    best = (0, 0)
    for end, event in enumerate(events, start=1):
        balances.append(balances[-1] + (1 if event == "a" else -1 if event == "b" else 0))
        begin = balances.index(balances[-1])
        if end - begin > best[1]:
            best = (begin, end - begin)
    return best
