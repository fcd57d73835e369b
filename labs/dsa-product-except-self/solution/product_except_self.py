"""Products of all elements but some."""


def product_except_self(factors: list[int]) -> list[int]:
    """Returns for each position the product of all factors at other positions.

    Complexity: the first pass leaves the product of the left part in the result, the second multiplies by the product
    of the right part, which it carries in one variable. 2n multiplications, O(1) memory beyond the result.
    """
    result = [1] * len(factors)
    product = 1
    for index in range(len(factors)):
        result[index] = product
        product *= factors[index]
    product = 1
    for index in range(len(factors) - 1, -1, -1):
        result[index] *= product
        product *= factors[index]
    return result


def products_without_window(factors: list[int], width: int, modulus: int) -> list[int]:
    """Returns for each window of the given width the product modulo modulus of the factors outside of it.

    Complexity: one pass for the suffix products, one for the prefix products; each product is below modulus squared,
    so O(n) multiplications of small numbers and O(n) memory.
    """
    count = len(factors)
    suffix = [1 % modulus] * (count + 1)
    for index in range(count - 1, -1, -1):
        suffix[index] = suffix[index + 1] * factors[index] % modulus
    result = []
    prefix = 1 % modulus
    for start in range(count - width + 1):
        result.append(prefix * suffix[start + width] % modulus)
        prefix = prefix * factors[start] % modulus
    return result
