"""Like the source, but not like another picture: the cosine to the one less the cosine to the other."""

import numpy as np


def unit(vectors):
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def score(candidates, source, other=None):
    wanted = unit(source.embedding[0])
    if other is not None:  # else no other picture was chosen yet
        wanted = wanted - unit(other.embedding[0])
    return unit(candidates.embedding) @ wanted
