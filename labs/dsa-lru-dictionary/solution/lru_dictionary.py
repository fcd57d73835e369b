"""Dictionaries that forget what was used least recently."""


class _Entry:
    """A node of a ring; the sentinel of the ring has no key."""

    __slots__ = ("key", "value", "tokens", "newer", "older")

    def __init__(self, key=None, value=None, tokens: int = 1) -> None:
        self.key = key
        self.value = value
        self.tokens = tokens
        self.newer = self
        self.older = self


class _Ring:
    """Entries in order of use. From the sentinel, `older` leads to the newest entry and `newer` to the oldest."""

    __slots__ = ("sentinel",)

    def __init__(self) -> None:
        self.sentinel = _Entry()

    def push(self, entry: _Entry) -> None:
        newest = self.sentinel.older
        entry.older, entry.newer = newest, self.sentinel
        newest.newer = entry
        self.sentinel.older = entry

    def remove(self, entry: _Entry) -> None:
        entry.older.newer = entry.newer
        entry.newer.older = entry.older

    def oldest(self) -> _Entry:
        return self.sentinel.newer


class LruDictionary:
    """A dictionary of at most capacity keys that evicts the least recently used.

    Complexity: each call makes a constant number of dictionary operations and pointer changes: O(1) on average. The
    dictionary gives the entry, the entry gives its neighbours, so taking it out of the order needs no search.
    """

    def __init__(self, capacity: int) -> None:
        """Raises ValueError unless capacity is at least 1."""
        if capacity < 1:
            raise ValueError(f"expected a capacity of at least 1, found {capacity}")
        self._capacity = capacity
        self._entries: dict = {}
        self._ring = _Ring()

    def get(self, key, default=None):
        """Returns the value of key, which is then the most recently used, or default."""
        entry = self._entries.get(key)
        if entry is None:
            return default
        self._ring.remove(entry)
        self._ring.push(entry)
        return entry.value

    def put(self, key, value):
        """Sets a value; returns the key that was evicted for it, or None."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.value = value
            self._ring.remove(entry)
            self._ring.push(entry)
            return None
        entry = _Entry(key, value)
        self._entries[key] = entry
        self._ring.push(entry)
        if len(self._entries) <= self._capacity:
            return None
        oldest = self._ring.oldest()
        self._ring.remove(oldest)
        del self._entries[oldest.key]
        return oldest.key

    def delete(self, key) -> bool:
        """Removes a key; returns whether it was there."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._ring.remove(entry)
        return True

    def keys_by_recency(self) -> list:
        """Returns the keys, the most recently used first."""
        keys = []
        entry = self._ring.sentinel.older
        while entry is not self._ring.sentinel:
            keys.append(entry.key)
            entry = entry.older
        return keys

    def __len__(self) -> int:
        """Returns how many keys there are."""
        return len(self._entries)

    def __contains__(self, key) -> bool:
        """Returns whether the key is there; this doesn't count as use."""
        return key in self._entries


class TokenBudgetCache:
    """A cache whose values have sizes, bounded by their total.

    Complexity: a put may evict many, but each entry is evicted once at most: O(1) amortised.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._entries: dict = {}
        self._ring = _Ring()

    def put(self, key, value, tokens: int) -> list:
        """Stores a value of the given size; returns the keys that were evicted for it, the oldest first."""
        if key in self._entries:
            self._drop(self._entries[key])
        if tokens > self._budget:
            return []
        entry = _Entry(key, value, tokens)
        self._entries[key] = entry
        self._ring.push(entry)
        self._used += tokens
        evicted = []
        while self._used > self._budget:
            oldest = self._ring.oldest()
            self._drop(oldest)
            evicted.append(oldest.key)
        return evicted

    def get(self, key, default=None):
        """Returns the value of key, which is then the most recently used, or default."""
        entry = self._entries.get(key)
        if entry is None:
            return default
        self._ring.remove(entry)
        self._ring.push(entry)
        return entry.value

    def tokens_used(self) -> int:
        """Returns the total size of what is stored."""
        return self._used

    def _drop(self, entry: _Entry) -> None:
        self._ring.remove(entry)
        del self._entries[entry.key]
        self._used -= entry.tokens
