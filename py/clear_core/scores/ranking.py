"""The order in which the best photos are shown, where the score has an opinion on sets of photos."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clear_core.scores.base import Score
from clear_core.scores.pictures import Pictures, joined

RANKED = 150
"""The best photos that are put in order, five pages: a set-wise score takes time that grows with their square."""

INTERVAL = 0.25
"""Seconds between two orders of a search that runs."""


class Ranking:
    """The photos of one search so far, and the order that the score gives them."""

    def __init__(self, score: Score) -> None:
        self._score = score
        self._parts: list[Pictures] = []
        self._scores: list[NDArray[np.float32]] = []
        self._next = 0.0

    def add(self, pictures: Pictures, scores: NDArray[np.float32]) -> None:
        if self._score.ranks_sets:
            self._parts.append(pictures)
            self._scores.append(scores)

    async def order(self, now: float | None = None) -> tuple[str, ...] | None:
        """Keys of the best photos as they should be shown. Raises ScoreError.

        None if the score has no opinion on sets, or if it is too early ``now`` for another order.
        """
        if not self._parts or (now is not None and now < self._next):
            return None
        self._next = (now or 0.0) + INTERVAL
        pictures, scores = joined(self._parts), np.concatenate(self._scores)
        self._parts, self._scores = [pictures], [scores]
        best = np.argsort(-scores, kind="stable")[:RANKED]
        chosen = pictures.rows(best)
        return tuple(chosen.photos[place].key for place in await self._score.order(chosen, scores[best]))
