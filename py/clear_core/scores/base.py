"""The contract of a score, as the search knows it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clear_core.scores.pictures import Pictures
from clear_core.scores.recipe import NOTHING, Given, Recipe


class Score(Protocol):
    """A score as the search knows it: ready to use, wherever it runs. ``ranks_sets``: it has an order of its own."""

    @property
    def ranks_sets(self) -> bool: ...

    async def score(self, candidates: Pictures, source: Pictures) -> NDArray[np.float32]:
        """Scores of N candidates against the source [1]: float32 [N], finite. Raises ScoreError."""
        ...

    async def order(self, candidates: Pictures, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        """The order to show photos in, best first: a permutation of N. Raises ScoreError."""
        ...


class LocalScore:
    """A score that runs right here: one that ships, or one that its author runs on his own machine."""

    def __init__(self, recipe: Recipe, given: Given = NOTHING) -> None:
        self._recipe, self._given = recipe, given
        self.ranks_sets = recipe.ranks_sets

    async def score(self, candidates: Pictures, source: Pictures) -> NDArray[np.float32]:
        return self._recipe.score(candidates, source, self._given)

    async def order(self, candidates: Pictures, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        return self._recipe.order(candidates, scores)
