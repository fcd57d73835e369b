# must fail: test_count_is_of_one_moment
import threading
import time


class HitCounter:
    def __init__(self, size=300, clock=time.monotonic):
        if size < 1:
            raise ValueError(size)
        self.size, self.clock, self.lock = size, clock, threading.Lock()
        self.seconds, self.hits = [-size] * size, [0] * size

    def hit(self, count=1):
        with self.lock:
            second = int(self.clock())
            place = second % self.size
            if self.seconds[place] != second:
                self.seconds[place] = second
                self.hits[place] = 0
            self.hits[place] += count

    def count(self):
        oldest = int(self.clock()) - self.size
        with self.lock:
            total = 0
            for second, hits in zip(self.seconds, self.hits):
                if second > oldest:
                    total += hits
            return total
