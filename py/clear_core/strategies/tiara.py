"""Tiara: LinUCB over word vectors of tags.

R. Sato, "Retrieving Black-box Optimal Images from External Databases", WSDM 2022 (arXiv 2112.14921), algorithm 1;
LinUCB after Li, Chu, Langford & Schapire, WWW 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clear_core.photos import ScoredPhoto
from clear_core.rng import Rng
from clear_core.strategies.arms import Arm, ArmPlayer
from clear_core.strategies.word_vectors import WordVectors


class Tiara(ArmPlayer):
    """Plays the arm with the highest ``x·A⁻¹b + alpha √(xᵀA⁻¹x)``, where A = λI + Σ x xᵀ and b = Σ r x.

    A photo with score r adds (x_t, r) for every one of its tags; with ``single`` (Tiara-S) only for the tag that
    found it. ``A⁻¹`` is kept by Sherman–Morrison: [D, D], whatever the number of tags.
    """

    def __init__(
        self,
        rng: Rng,
        vectors: WordVectors,
        *,
        alpha: float = 0.01,
        ridge: float = 1.0,
        single: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(rng, **options)
        self._vectors, self._alpha, self._single = vectors, alpha, single
        self._inverse = np.eye(vectors.size) / ridge
        self._b = np.zeros(vectors.size)
        self._x: dict[str, NDArray[np.float64]] = {}

    def _credit(self, item: ScoredPhoto) -> None:
        for tag in dict.fromkeys((item.tag, *item.photo.tags)):
            arm = self._arm(tag)
            if tag in item.photo.tags:  # for the tag table
                arm.total += item.score
                arm.count += 1
        for tag in (item.tag,) if self._single else item.photo.tags:
            x = self._vector(tag)
            ax = self._inverse @ x
            self._inverse -= np.outer(ax, ax) / (1 + x @ ax)
            self._b += item.score * x

    def _values(self, arms: Sequence[Arm]) -> Sequence[float]:
        if not arms:
            return []
        x = np.stack([self._vector(arm.tag) for arm in arms])
        spread = np.sqrt(np.maximum(np.einsum("td,td->t", x @ self._inverse, x), 0))
        values: list[float] = (x @ (self._inverse @ self._b) + self._alpha * spread).tolist()
        return values

    def _vector(self, tag: str) -> NDArray[np.float64]:
        if tag not in self._x:
            self._x[tag] = self._vectors.of(tag)
        return self._x[tag]
