"""CLEAR's alternative, a Gaussian kernel: exp(-|f(x) - f(source)|² / scale), between 0 and 1."""

import numpy as np


def score(candidates, source):
    difference = candidates.embedding - source.embedding[0]
    return np.exp(-(difference**2).sum(axis=1) / candidates.scale)
