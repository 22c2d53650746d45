# SPDX-License-Identifier: MIT
"""Rate windows that open with the first call, and rolling counters."""
from collections import deque


class Windows:
    """Fixed windows per key, as X counts them."""

    def __init__(self):
        self.windows = {}

    def take(self, key, limit, length_s, now):
        """(allowed, remaining, reset); a refused call is not counted."""
        start, used = self.windows.get(key, (now, 0))
        if now >= start + length_s or now < start:
            start, used = now, 0
        allowed = used < limit
        if allowed:
            used += 1
        self.windows[key] = (start, used)
        return allowed, max(0, limit - used), int(start + length_s + 0.999)

    def clear(self):
        self.windows.clear()


class Rolling:
    """Calls per key within the last `length_s` seconds."""

    def __init__(self, length_s):
        self.length_s = length_s
        self.calls = {}

    def add(self, key, now):
        calls = self.calls.setdefault(key, deque())
        calls.append(now)
        return self.count(key, now)

    def count(self, key, now):
        calls = self.calls.get(key)
        if not calls:
            return 0
        while calls and calls[0] <= now - self.length_s:
            calls.popleft()
        return len(calls)

    def oldest(self, key):
        calls = self.calls.get(key)
        return calls[0] if calls else None
