# must fail: test_window_moves_second_by_second
import threading
import time


class HitCounter:
    def __init__(self, size=300, clock=time.monotonic):
        if size < 1:
            raise ValueError(size)
        self.size, self.clock, self.lock = size, clock, threading.Lock()
        self.window, self.hits = 0, 0

    def move_on(self):
        window = int(self.clock()) // self.size
        if window != self.window:
            self.window, self.hits = window, 0

    def hit(self, count=1):
        with self.lock:
            self.move_on()
            self.hits += count

    def count(self):
        with self.lock:
            self.move_on()
            return self.hits
