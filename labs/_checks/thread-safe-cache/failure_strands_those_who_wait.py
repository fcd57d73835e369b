# must fail: test_failure_reaches_all_who_wait
import threading
import time
from collections import OrderedDict


class Flight:
    def __init__(self):
        self.landed, self.value, self.error = threading.Event(), None, None

    def wait(self):
        self.landed.wait()
        if self.error is not None:
            raise self.error
        return self.value


class LRUCache:
    def __init__(self, capacity, ttl=None, clock=time.monotonic):
        if capacity < 1:
            raise ValueError(capacity)
        self.capacity, self.ttl, self.clock = capacity, ttl, clock
        self.lock, self.flights = threading.Lock(), {}
        self.entries = OrderedDict()  # key -> [value, expires_at, uses], the oldest use first
        self.hits = self.misses = self.evictions = self.expirations = 0

    def get(self, key, default=None):
        with self.lock:
            entry = self.find(key)
            return default if entry is None else entry[0]

    def put(self, key, value):
        with self.lock:
            self.store(key, value)

    def get_or_compute(self, key, compute):
        with self.lock:
            entry = self.find(key)
            if entry is not None:
                return entry[0]
            flight = self.flights.get(key)
            leads = flight is None
            if leads:
                flight = self.flights[key] = Flight()
        if not leads:
            return flight.wait()
        try:
            flight.value = compute()
        except BaseException as error:
            flight.error = error
            with self.lock:
                del self.flights[key]
            raise
        with self.lock:
            self.store(key, flight.value)
            del self.flights[key]
        flight.landed.set()
        return flight.value

    def keys(self):
        with self.lock:
            return self.order()

    def stats(self):
        with self.lock:
            return {
                "hits": self.hits,
                "misses": self.misses,
                "evictions": self.evictions,
                "expirations": self.expirations,
            }

    def __len__(self):
        with self.lock:
            return len(self.entries)

    def find(self, key):
        self.bury(key)
        if key not in self.entries:
            self.misses += 1
            return None
        self.hits += 1
        self.use(key)
        return self.entries[key]

    def bury(self, key):
        if key in self.entries and self.ttl is not None and self.clock() >= self.entries[key][1]:
            self.forget(key)
            self.expirations += 1

    def store(self, key, value):
        expires_at = None if self.ttl is None else self.clock() + self.ttl
        self.bury(key)
        if key in self.entries:
            self.entries[key][:2] = [value, expires_at]
            self.use(key)
            return
        if len(self.entries) == self.capacity:
            self.forget(self.victim())
            self.evictions += 1
        self.entries[key] = [value, expires_at, 1]
        self.added(key)

    def use(self, key):
        self.entries.move_to_end(key)

    def forget(self, key):
        del self.entries[key]

    def added(self, key):
        pass

    def victim(self):
        return next(iter(self.entries))

    def order(self):
        return list(reversed(self.entries))


class LFUCache(LRUCache):
    def __init__(self, capacity, ttl=None, clock=time.monotonic):
        super().__init__(capacity, ttl, clock)
        self.buckets, self.lowest = {}, 1

    def added(self, key):
        self.buckets.setdefault(1, OrderedDict())[key] = None
        self.lowest = 1

    def use(self, key):
        uses = self.entries[key][2]
        self.leave(key, uses)
        if self.lowest == uses and uses not in self.buckets:
            self.lowest = uses + 1
        self.entries[key][2] = uses + 1
        self.buckets.setdefault(uses + 1, OrderedDict())[key] = None

    def leave(self, key, uses):
        del self.buckets[uses][key]
        if not self.buckets[uses]:
            del self.buckets[uses]

    def forget(self, key):
        self.leave(key, self.entries[key][2])
        del self.entries[key]

    def victim(self):
        return next(iter(self.buckets[self.lowest]))

    def order(self):
        return [key for uses in sorted(self.buckets, reverse=True) for key in reversed(self.buckets[uses])]
