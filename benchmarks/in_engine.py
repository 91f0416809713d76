"""Runs inside the engine's Python, in the namespace of ``clear_core.browser``: what the benchmark asks of it.

Not imported: ``benchmarks.extension`` puts its text into the engine worker of the extension that is measured.
"""

from __future__ import annotations

import asyncio
import functools
import json
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from clear_core.browser import Model, PoolExtractor, decode


async def look(picture: Any, count: int, bridge: Any) -> None:
    """Decode a picture file and extract its features so many times, twelve at once like a search."""
    extractor = PoolExtractor(bridge, Model.from_json(bridge.model()))
    room, data = asyncio.Semaphore(12), picture.to_bytes()

    async def one() -> None:
        async with room:
            await extractor.extract(decode(data, extractor.model.wiring.side)[np.newaxis])

    await asyncio.gather(*(one() for _ in range(count)))


class Clockwork:
    """Where Python's time goes: seconds by name, each without what is measured inside of it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def watch(self, owner: Any, name: str, title: str) -> None:
        """Measure a plain function or method of ``owner`` from now on."""
        plain = getattr(owner, name)

        @functools.wraps(plain)
        def measured(*arguments: Any, **named: Any) -> Any:
            begin = perf_counter()
            self._inner.append(0.0)
            try:
                return plain(*arguments, **named)
            finally:
                spent = perf_counter() - begin
                self.seconds[title] = self.seconds.get(title, 0.0) + spent - self._inner.pop()
                self._inner[-1] += spent

        setattr(owner, name, measured)


def watch_python() -> Clockwork:
    """Measure everything that Python does in a search. All of it runs in handles of the event loop."""
    import clear_core.browser as browser
    import clear_core.search as search
    import clear_core.services.flickr_feed as feed
    import clear_core.services.http as http
    from clear_core.strategies import Pool
    from clear_core.updates import Update

    clock = Clockwork()
    clock.watch(asyncio.Handle, "_run", "event loop")
    clock.watch(search, "decode_with_size", "decoding pictures")
    clock.watch(browser, "decode", "decoding pictures")
    clock.watch(http, "parse_json", "reading answers")
    clock.watch(feed, "_photos", "reading answers")
    clock.watch(Update, "to_json", "writing updates")
    for name in ("start", "choose_tags", "add_candidates", "choose_photos", "observe", "best_tags"):
        clock.watch(Pool, name, "strategy")
    return clock


def told(clock: Clockwork) -> str:
    """Its seconds as JSON; it begins anew."""
    text = json.dumps(clock.seconds)
    clock.seconds.clear()
    return text
