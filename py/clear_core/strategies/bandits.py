"""The baselines of the Tiara paper: UCB, ε-greedy and random, with fixed and with adaptive arms.

R. Sato, "Retrieving Black-box Optimal Images from External Databases", WSDM 2022 (arXiv 2112.14921), section 5.1.
*Fixed* arms are the first tags and no others; with *adaptive* arms the tags of photos that were seen become arms too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from clear_core.photos import ScoredPhoto
from clear_core.rng import Rng
from clear_core.strategies.arms import Arm, ArmPlayer


class _Bandit(ArmPlayer):
    """An arm player whose arms may be fixed."""

    def __init__(self, rng: Rng, *, adaptive: bool = True, **options: Any) -> None:
        super().__init__(rng, **options)
        self._adaptive = adaptive

    def _credit(self, item: ScoredPhoto) -> None:
        if self._adaptive:
            super()._credit(item)
        else:
            arm = self._arm(item.tag)
            arm.total += item.score
            arm.count += 1


class Ucb(_Bandit):
    """``mean + alpha √(ln n / count)``, arms that nothing is known of before all others.

    Auer, Cesa-Bianchi & Fischer, "Finite-time Analysis of the Multiarmed Bandit Problem", Machine Learning 47 (2002).
    """

    def __init__(self, rng: Rng, *, alpha: float = 1.0, **options: Any) -> None:
        super().__init__(rng, **options)
        self._alpha = alpha

    def _values(self, arms: Sequence[Arm]) -> Sequence[float]:
        plays = np.log(max(sum(arm.count for arm in self._arms.values()), 1))
        return [arm.mean + self._alpha * float(np.sqrt(plays / arm.count)) if arm.count else np.inf for arm in arms]


class EpsilonGreedy(_Bandit):
    """With probability ``epsilon`` an arm at random, else the best mean."""

    def __init__(self, rng: Rng, *, epsilon: float = 0.1, **options: Any) -> None:
        super().__init__(rng, **options)
        self._epsilon = epsilon

    def _ranked_idle(self) -> list[Arm]:
        """Each place of the ranking is given away anew: to chance, or to the best that is left."""
        best = super()._ranked_idle()
        ranked: list[Arm] = []
        while best and len(ranked) < self._width:
            chance = self._rng.random() < self._epsilon
            ranked.append(best.pop(int(self._rng.integers(len(best))) if chance else 0))
        return ranked + best


class Random(_Bandit):
    """Any arm, whatever it has brought."""

    def _values(self, arms: Sequence[Arm]) -> Sequence[float]:
        return [0.0] * len(arms)
