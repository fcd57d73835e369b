# must fail: test_memory_does_not_follow_the_traffic
import threading
import time
from collections import deque


class HitCounter:
    def __init__(self, size=300, clock=time.monotonic):
        if size < 1:
            raise ValueError(size)
        self.size, self.clock, self.lock, self.stamps = size, clock, threading.Lock(), deque()

    def move_on(self):
        now = int(self.clock())
        while self.stamps and self.stamps[0] <= now - self.size:
            self.stamps.popleft()
        return now

    def hit(self, count=1):
        with self.lock:
            now = self.move_on()
            self.stamps.extend([now] * count)

    def count(self):
        with self.lock:
            self.move_on()
            return len(self.stamps)
