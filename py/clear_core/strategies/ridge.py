"""Bayesian linear regression over sparse rows, one observation after the other.

Rasmussen & Williams, "Gaussian Processes for Machine Learning", section 2.1, in its dual form: what is kept is the
inverse of the n × n kernel matrix of n observations, so that memory and time depend on how many photos were scored
and not on how many tags there are. A new observation borders the matrix (block inverse), O(n²).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from clear_core.strategies.candidates import Rows

MAX_OBSERVED = 1000
"""Observations that the regression takes; an 8 MB matrix. By then it knows what tags can tell."""

_QUANTILES = np.array([NormalDist().inv_cdf((place + 0.5) / 512) for place in range(512)])


def normal_scores(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores as normal quantiles of their ranks (ties share theirs), so that any score function can be learned from.

    exp(x) spans decades, a logit is negative, a user's own score may be anything: only their order counts here.
    """
    scores = np.where(np.isnan(scores), -np.inf, scores)
    order = np.sort(scores)
    rank = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right")) / 2
    return np.asarray(np.interp(rank / len(scores) * 512 - 0.5, np.arange(512), _QUANTILES), np.float64)


class RecursiveRidge:
    """y ≈ prior + bias + rows · w + extras · c, with independent normal priors of w (variance 1), bias and c.

    ``noise`` is the variance of y around that, ``extra_variances`` those of the coefficients c [E].
    """

    def __init__(self, noise: float, bias_variance: float, extra_variances: NDArray[np.float64]) -> None:
        self._noise, self._bias, self._variances = noise, bias_variance, extra_variances
        self._inverse = np.zeros((64, 64))  # grows by doubling; [n, n] of it is in use
        self._rows = Rows()
        self._extras = np.zeros((64, len(extra_variances)))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def has_room(self) -> bool:
        return len(self) < MAX_OBSERVED

    def observe(self, row: NDArray[np.intp], extras: NDArray[np.float64], names: int) -> None:
        """One more row (its names) and its extras [E]; ``names`` is the size of the vocabulary. y comes with fit."""
        n = len(self)
        if n == len(self._inverse):
            self._inverse = np.pad(self._inverse, (0, n))
            self._extras = np.pad(self._extras, ((0, n), (0, 0)))
        weights = np.zeros(names)
        weights[row] = 1 / np.sqrt(len(row))
        kernel = self._rows.times(weights) + self._bias + self._extras[:n] @ (self._variances * extras)
        itself = 1 + self._bias + self._variances @ extras**2 + self._noise
        inverse = self._inverse[:n, :n]
        u = inverse @ kernel
        scale = 1 / (itself - kernel @ u)
        inverse += np.outer(scale * u, u)
        self._inverse[:n, n] = self._inverse[n, :n] = -scale * u
        self._inverse[n, n] = scale
        self._extras[n] = extras
        self._rows.append(row.tolist())

    def fit(self, residual: NDArray[np.float64], names: int) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """For y − prior [n] of the observations, in their order: the posterior means of w [names], bias and c [E]."""
        n = len(self)
        alpha = self._inverse[:n, :n] @ residual
        w = self._rows.transposed_times(alpha, names) if n else np.zeros(names)
        return w, self._bias * float(alpha.sum()), self._variances * (alpha @ self._extras[:n])
