"""CLEAR's eq. (1): exp(<f(x), f(source)> / scale), where the model says the scale."""

import numpy as np


def score(candidates, source):
    exponent = candidates.embedding @ source.embedding[0] / candidates.scale
    return np.exp(np.minimum(exponent, 80))  # exp(80) still is a float32; beyond, all would score the same infinity
