"""Products of all elements but some."""


def product_except_self(factors: list[int]) -> list[int]:
    """Returns for each position the product of all factors at other positions."""
    raise NotImplementedError


def products_without_window(factors: list[int], width: int, modulus: int) -> list[int]:
    """Returns for each window of the given width the product modulo modulus of the factors outside of it."""
    raise NotImplementedError
