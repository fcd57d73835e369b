"""Dictionaries that forget what was used least recently."""


class LruDictionary:
    """A dictionary of at most capacity keys that evicts the least recently used."""

    def __init__(self, capacity: int) -> None:
        """Raises ValueError unless capacity is at least 1."""
        raise NotImplementedError

    def get(self, key, default=None):
        """Returns the value of key, which is then the most recently used, or default."""
        raise NotImplementedError

    def put(self, key, value):
        """Sets a value; returns the key that was evicted for it, or None."""
        raise NotImplementedError

    def delete(self, key) -> bool:
        """Removes a key; returns whether it was there."""
        raise NotImplementedError

    def keys_by_recency(self) -> list:
        """Returns the keys, the most recently used first."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Returns how many keys there are."""
        raise NotImplementedError

    def __contains__(self, key) -> bool:
        """Returns whether the key is there; this doesn't count as use."""
        raise NotImplementedError


class TokenBudgetCache:
    """A cache whose values have sizes, bounded by their total."""

    def __init__(self, budget: int) -> None:
        raise NotImplementedError

    def put(self, key, value, tokens: int) -> list:
        """Stores a value of the given size; returns the keys that were evicted for it, the oldest first."""
        raise NotImplementedError

    def get(self, key, default=None):
        """Returns the value of key, which is then the most recently used, or default."""
        raise NotImplementedError

    def tokens_used(self) -> int:
        """Returns the total size of what is stored."""
        raise NotImplementedError
