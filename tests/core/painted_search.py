"""Searches over the painted world, in virtual time."""

from __future__ import annotations

from typing import Any

import numpy as np

from clear_core.photos import ScoredPhoto
from clear_core.pixels import decode
from clear_core.scores import LocalScore, shipped
from clear_core.search import search
from clear_core.strategies import Greedy, Strategy
from clear_core.updates import Budget, Update
from tests.core.painted import ColourNetwork, PaintedService, paint
from tests.core.virtual_time import run

SOURCE = decode(paint("hue08", seed=999), 224)
WIDE = Budget(queries=40, photos=60, seconds=100)


def updates_of(service: PaintedService, budget: Budget = WIDE, seed: int = 1, **options: Any) -> list[Update]:
    """All updates of one search in virtual time."""
    strategy: Strategy = options.pop("strategy", None) or Greedy(np.random.default_rng(seed))

    async def collect() -> list[Update]:
        updates = search(
            options.pop("source", SOURCE),
            service=service,
            extractor=options.pop("extractor", ColourNetwork()),
            score=options.pop("score", None) or LocalScore(shipped("exponential")),
            strategy=strategy,
            budget=budget,
            rng=np.random.default_rng(seed),
            **options,
        )
        return [update async for update in updates]

    return run(collect())


def scored(updates: list[Update]) -> list[ScoredPhoto]:
    return [item for update in updates for item in update.scored]
