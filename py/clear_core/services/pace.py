"""How fast a service may be asked: all its questions wait when one of them is told that it is busy."""

from __future__ import annotations

import asyncio
import random

MAX_WAIT = 8.0
"""Seconds that we wait for a busy service; when it asks for more, the user is told instead."""


MAX_STRIKES = 3
"""Times that a host may be busy, pause after pause, before it counts as gone: after some five seconds."""


class Pace:
    """Exponential back-off with jitter, shared by everything that asks one host.

    Jitter is for the service: without it everybody whom it sent away comes back in the same moment
    (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._strikes = 0

    async def turn(self) -> None:
        """Wait until the host may be asked again."""
        while (wait := self._until - _now()) > 0:
            await asyncio.sleep(wait + random.uniform(0, 0.5))

    def busy(self, retry_after: float | None) -> bool:
        """The host is busy, for ``retry_after`` seconds if it said so. False when it is no use to wait."""
        if retry_after is None:
            if self._until > _now():
                return True  # others were told the same, and the pause has begun
            retry_after = 2.0**self._strikes
        self._strikes += 1
        pause = retry_after + random.random()
        self._until = max(self._until, _now() + min(pause, MAX_WAIT))
        return retry_after < MAX_WAIT and self._strikes < MAX_STRIKES

    def fine(self) -> None:
        """The host has answered."""
        self._strikes = 0


def _now() -> float:
    return asyncio.get_running_loop().time()
