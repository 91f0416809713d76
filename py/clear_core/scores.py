"""Score functions: how much a user wants a photo. The reward of the bandit; the higher the better.

A score function is any callable (candidates [N], source [1]) → float32 [N]. It need not measure similarity: CLEAR and
Tiara treat it as a black box, and so does everything here that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from clear_core.features import Features

Score = Callable[[Features, Features], NDArray[np.float32]]

_MAX_EXPONENT = 80.0
"""exp(80) still is a float32; beyond it every photo would score the same infinity."""


def exponential(scale: float = 1000.0) -> Score:
    """CLEAR's eq. (1): ``exp(<f(x), f(source)> / scale)``; 1000 is the paper's scale for its 7 × 7 × 320 layer."""

    def score(candidates: Features, source: Features) -> NDArray[np.float32]:
        exponent: NDArray[np.float32] = candidates.embedding @ source.embedding[0] / scale
        return np.asarray(np.exp(np.minimum(exponent, _MAX_EXPONENT)), np.float32)

    return score


def gaussian(scale: float = 1000.0) -> Score:
    """CLEAR's alternative, a Gaussian kernel: ``exp(-||f(x) - f(source)||² / scale)``, between 0 and 1."""

    def score(candidates: Features, source: Features) -> NDArray[np.float32]:
        difference = candidates.embedding - source.embedding[0]
        return np.asarray(np.exp(-np.einsum("nd,nd->n", difference, difference) / scale), np.float32)

    return score


SCORES: Mapping[str, Callable[[float], Score]] = {"exponential": exponential, "gaussian": gaussian}
"""The score functions that ship, by name; each takes the model's ``score_scale``."""
