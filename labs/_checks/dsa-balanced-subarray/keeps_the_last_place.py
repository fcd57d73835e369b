# must fail: test_balances_that_return
def longest_balanced(events):
    last, balance, best = {0: 0}, 0, (0, 0)
    for end, event in enumerate(events, start=1):
        balance += (event == "a") - (event == "b")
        if balance in last and end - last[balance] > best[1]:
            best = (last[balance], end - last[balance])
        last[balance] = end
    return best
