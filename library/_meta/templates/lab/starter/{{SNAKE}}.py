"""What is built; the starter can be imported and does nothing yet."""


def double(number: int) -> int:
    """Twice the number."""
    raise NotImplementedError
