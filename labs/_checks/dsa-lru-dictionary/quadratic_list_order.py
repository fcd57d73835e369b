# must fail: test_cpu_time_of_a_call
class LruDictionary:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError(capacity)
        self.capacity, self.values, self.order = capacity, {}, []

    def get(self, key, default=None):
        if key not in self.values:
            return default
        self.order.remove(key)
        self.order.append(key)
        return self.values[key]

    def put(self, key, value):
        if key in self.values:
            self.order.remove(key)
        self.values[key] = value
        self.order.append(key)
        if len(self.order) <= self.capacity:
            return None
        oldest = self.order.pop(0)
        del self.values[oldest]
        return oldest

    def delete(self, key):
        if key not in self.values:
            return False
        self.order.remove(key)
        del self.values[key]
        return True

    def keys_by_recency(self):
        return self.order[::-1]

    def __len__(self):
        return len(self.values)

    def __contains__(self, key):
        return key in self.values
