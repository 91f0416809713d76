"""How often a service lets one client ask: the log of its questions, as Django REST framework keeps it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence


class Throttle:
    """At most so many questions in so many seconds. ``limits`` may be set while it runs; ``clock`` gives seconds."""

    def __init__(self, limits: Sequence[tuple[int, float]], clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.refused = 0
        self._clock = clock
        self._log: list[float] = []
        self._lock = threading.Lock()

    def ask(self) -> int:
        """0, or the whole seconds to wait, as ``Retry-After`` says them. What is refused does not count."""
        with self._lock:
            now = self._clock()
            waits = [0.0]
            for questions, seconds in self.limits:
                recent = [moment for moment in self._log if moment > now - seconds]
                if len(recent) >= questions:
                    waits.append(recent[-questions] + seconds - now)
            wait = math.ceil(max(waits))
            if wait:
                self.refused += 1
            else:
                self._log.append(now)
            return wait

    def forget(self) -> None:
        """As if nobody had asked yet."""
        with self._lock:
            self._log.clear()
            self.refused = 0
