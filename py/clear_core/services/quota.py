"""When a service may be asked again, from when it was asked. Where the times are kept is the transport's affair."""

from __future__ import annotations

from collections.abc import Sequence

from clear_core.services.base import Limit

MARGIN = 2.0
"""Seconds that a question may be longer on its way than the one that follows it, by the service's clock."""


def seconds_to_wait(asked: Sequence[float], limits: Sequence[Limit], now: float) -> float:
    """0.0 when one more question keeps all limits, else the seconds until it does. ``asked``: times, in any order."""
    times = sorted(time for time in asked if time <= now)  # a clock that was set back forgets
    waits = [0.0]
    for limit in limits:
        window = limit.seconds + MARGIN
        recent = [time for time in times if time > now - window]
        if len(recent) >= limit.questions:
            waits.append(recent[-limit.questions] + window - now)
    return max(waits)
