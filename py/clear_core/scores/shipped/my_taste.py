"""How likely you are to like a photo, learned from those you marked ♥ or ✕: logistic regression on the features.

Newton's method in the span of the marked photos (kernel logistic regression: Zhu and Hastie 2005; Hastie, Tibshirani
and Friedman, The Elements of Statistical Learning, 4.4.1), with a ridge so that few marks say little.
"""

import functools

import numpy as np

RIDGE = 0.1


def unit(vectors):
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def sigmoid(value):
    return 1 / (1 + np.exp(-np.clip(value, -30, 30)))


@functools.lru_cache(1)  # the marks stay the same during a search
def fit(marked):
    """Weights [D] and the marks' mean feature [D]."""
    middle = unit(marked.embedding).mean(axis=0)
    x = unit(marked.embedding) - middle
    kernel = x @ x.T
    value = np.zeros(len(x))
    for _ in range(12):
        p = sigmoid(value)
        slope = np.maximum(p * (1 - p), 1e-4)
        target = value + (marked.liked - p) / slope
        dual = np.linalg.solve(kernel + np.diag(RIDGE / slope), target)
        value = kernel @ dual
    return x.T @ dual, middle


def score(candidates, source, marked=None):
    x = unit(candidates.embedding)
    if marked is None or len(set(marked.liked)) < 2:  # not both a ♥ and a ✕ yet: the likeness to the source
        return x @ unit(source.embedding[0])
    weights, middle = fit(marked)
    return sigmoid((x - middle) @ weights)
