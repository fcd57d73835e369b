"""Groups of keys that hold the same characters."""


def group_anagrams(keys: list[str]) -> list[list[str]]:
    """Returns the keys in groups of anagrams, groups and keys in order of first appearance."""
    raise NotImplementedError


class AnagramCounter:
    """Counts anagrams in a stream of keys without keeping the keys."""

    def __init__(self) -> None:
        raise NotImplementedError

    def add(self, key: str) -> int:
        """Returns how many keys before this one were its anagrams, then counts this one."""
        raise NotImplementedError
