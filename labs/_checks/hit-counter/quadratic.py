# must fail: test_work_of_a_hit_does_not_grow
import threading
import time


class HitCounter:
    def __init__(self, size=300, clock=time.monotonic):
        if size < 1:
            raise ValueError(size)
        self.size, self.clock, self.lock, self.hits = size, clock, threading.Lock(), {}

    def hit(self, count=1):
        with self.lock:
            second = int(self.clock())
            self.hits[second] = self.hits.get(second, 0) + count
            self.hits = {kept: hits for kept, hits in self.hits.items() if kept > second - self.size}

    def count(self):
        with self.lock:
            now = int(self.clock())
            return sum(self.hits.get(second, 0) for second in range(now - self.size + 1, now + 1))
