"""How fast a service may be asked: all its questions wait when one of them is told that it is busy."""

from __future__ import annotations

import asyncio
import math
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
        self._began = -math.inf  # when the last pause began
        self._until = -math.inf
        self._strikes = 0

    async def turn(self) -> float:
        """Wait until the host may be asked again. Returns the moment, which :meth:`busy` wants to know."""
        while (wait := self._until - _now()) > 0:
            await asyncio.sleep(wait + random.uniform(0, 0.5))
        return _now()

    def busy(self, asked: float, retry_after: float | None) -> bool:
        """The host was busy when it was asked, for ``retry_after`` seconds if it said so. False when it is no use to
        wait.

        Questions that were under way when the pause began say nothing new: they are one strike together.
        """
        if asked > self._began:
            pause = 2.0**self._strikes if retry_after is None else retry_after
            self._strikes += 1
            self._began = _now()
            self._pause(pause)
        elif retry_after is not None:
            self._pause(retry_after)
        return (retry_after or 0.0) < MAX_WAIT and self._strikes < MAX_STRIKES

    def fine(self) -> None:
        """The host has answered."""
        self._strikes = 0

    def _pause(self, seconds: float) -> None:
        self._until = max(self._until, _now() + min(seconds + random.random(), MAX_WAIT))


def _now() -> float:
    return asyncio.get_running_loop().time()
