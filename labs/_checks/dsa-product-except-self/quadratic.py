# must fail: test_work_grows
def product_except_self(factors):
    result = []
    for skipped in range(len(factors)):
        product = 1
        for index, factor in enumerate(factors):
            if index != skipped:
                product *= factor
        result.append(product)
    return result
