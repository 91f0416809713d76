"""CLEAR's search on the same stand-in: rounds with a barrier, one photo a query, one picture after the other.

Natively, because only its waiting counts: every picture takes as long as CLEAR's stack took for one in the browser that
is measured beside it. It is spared what a search costs besides: booting, decoding, drawing. R. Sato, CIKM 2022.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clear_core.features import Features, Model
from clear_core.native import HttpTransport, LiteRtExtractor
from clear_core.pixels import decode
from clear_core.scores import LocalScore, shipped
from clear_core.search import Limits, search
from clear_core.services.flickr_feed import FlickrFeed
from clear_core.strategies.greedy import Greedy
from clear_core.updates import Budget
from tests.standin import Standin

WIDTH = 10
CONNECTIONS = 6
"""To one host: as many as a browser opens, and CLEAR lives in one, too. The stand-in speaks HTTP/1.1."""


@dataclass(frozen=True)
class Course:
    """How a search went: after how many seconds how good the ten best were, and when it ended."""

    first: float
    end: float
    steps: tuple[tuple[float, float], ...]

    @property
    def quality(self) -> float:
        """Mean score of the ten best at the end."""
        return self.steps[-1][1]

    def best(self, quality: float) -> float:
        """When the ten best were so good for the first time."""
        return next((at for at, mean in self.steps if mean >= quality), float("inf"))


class _OneByOne:
    """A FeatureExtractor with one thread that takes ``seconds`` for a picture; the features are ours."""

    def __init__(self, extractor: LiteRtExtractor, seconds: float) -> None:
        self._extractor, self._seconds = extractor, seconds
        self._thread = asyncio.Lock()

    @property
    def model(self) -> Model:
        return self._extractor.model

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        async with self._thread:
            clock = asyncio.get_running_loop().time
            end = clock() + self._seconds * len(pixels)
            features = await self._extractor.extract(pixels)
            await asyncio.sleep(max(0.0, end - clock()))
            return features


def clear_search(standin: Standin, picture: bytes, extractor: LiteRtExtractor, seconds: float, seed: int) -> Course:
    """One search with CLEAR's schedule and budget; ``seconds`` is its time for a picture."""
    return asyncio.run(_search(standin, picture, extractor, seconds, seed))


async def _search(standin: Standin, picture: bytes, extractor: LiteRtExtractor, seconds: float, seed: int) -> Course:
    rng = np.random.default_rng(seed)
    clock = asyncio.get_running_loop().time
    scores: list[float] = []
    steps: list[tuple[float, float]] = []
    address = ("127.0.0.1", standin.https_port)
    async with HttpTransport(connect_to=address, ca_file=standin.ca_file, connections=CONNECTIONS) as transport:
        begin = clock()
        async for update in search(
            decode(picture, extractor.model.wiring.side),
            service=FlickrFeed(transport),
            extractor=_OneByOne(extractor, seconds),
            score=LocalScore(shipped("exponential")),
            strategy=Greedy(rng, width=WIDTH, lockstep=True),
            budget=Budget(110, 110),
            rng=rng,
            limits=Limits(queries=WIDTH, photos=WIDTH),
        ):
            scores += [item.score for item in update.scored]
            if update.scored:
                best = sorted(scores)[-10:]
                steps.append((clock() - begin, sum(best) / 10 if len(best) == 10 else 0.0))
    return Course(steps[0][0], clock() - begin, tuple(steps))
