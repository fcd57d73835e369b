# must fail: test_work_of_a_call
class LruDictionary:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError(capacity)
        self.capacity, self.values, self.used, self.clock = capacity, {}, {}, 0

    def _use(self, key):
        self.clock += 1
        self.used[key] = self.clock

    def get(self, key, default=None):
        if key not in self.values:
            return default
        self._use(key)
        return self.values[key]

    def put(self, key, value):
        self.values[key] = value
        self._use(key)
        if len(self.values) <= self.capacity:
            return None
        oldest = min(self.used, key=lambda name: self.used[name])
        self.delete(oldest)
        return oldest

    def delete(self, key):
        self.used.pop(key, None)
        return self.values.pop(key, self) is not self

    def keys_by_recency(self):
        return sorted(self.used, key=lambda name: -self.used[name])

    def __len__(self):
        return len(self.values)

    def __contains__(self, key):
        return key in self.values
