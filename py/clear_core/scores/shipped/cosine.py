"""The cosine of the angle between the features: what is in the picture, however strongly."""

import numpy as np


def unit(vectors):
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def score(candidates, source):
    return unit(candidates.embedding) @ unit(source.embedding[0])
