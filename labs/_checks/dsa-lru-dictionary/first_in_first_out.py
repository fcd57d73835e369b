# must fail: test_a_get_counts
class LruDictionary:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError(capacity)
        self.capacity, self.values = capacity, {}

    def get(self, key, default=None):
        return self.values.get(key, default)

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) <= self.capacity:
            return None
        oldest = next(iter(self.values))
        del self.values[oldest]
        return oldest

    def delete(self, key):
        return self.values.pop(key, self) is not self

    def keys_by_recency(self):
        return list(self.values)[::-1]

    def __len__(self):
        return len(self.values)

    def __contains__(self, key):
        return key in self.values
