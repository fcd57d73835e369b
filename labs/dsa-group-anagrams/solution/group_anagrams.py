"""Groups of keys that hold the same characters."""

import hashlib
from collections import Counter


def group_anagrams(keys: list[str]) -> list[list[str]]:
    """Returns the keys in groups of anagrams, groups and keys in order of first appearance.

    Complexity: each key is sorted once, O(k log k), and looked up once in a dictionary whose key is the sorted string,
    hashed in O(k). That makes O(n * k log k) time and O(n * k) memory. Two strings are anagrams exactly when they are
    equal after sorting, so no two groups share an entry and no group has two.
    """
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault("".join(sorted(key)), []).append(key)
    return list(groups.values())


class AnagramCounter:
    """Counts anagrams in a stream of keys without keeping the keys.

    Complexity: O(k + a log a) a key, where a is the number of distinct characters in it: counting is linear, only the
    distinct characters are sorted. One 16-byte digest and one number are kept a group.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def add(self, key: str) -> int:
        """Returns how many keys before this one were its anagrams, then counts this one."""
        digest = hashlib.blake2b(digest_size=16)
        for character, count in sorted(Counter(key).items()):
            digest.update(f"{ord(character)}:{count};".encode())
        name = digest.digest()
        earlier = self._seen.get(name, 0)
        self._seen[name] = earlier + 1
        return earlier
