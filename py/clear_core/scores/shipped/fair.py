"""Like the source, but a page for many: no owner has more than two photos of it, and its tags differ.

The user's own fair re-ranking of what a service gives, as in Sato, "Private Recommender Systems" (SDM 2022); diversity
by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
"""

import numpy as np

PAGE = 30
SHARE = 2  # photos of one owner on a page
DIVERSITY = 0.2  # from 0, the most alike, to 1, the most different


def unit(vectors):
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def score(candidates, source):
    return unit(candidates.embedding) @ unit(source.embedding[0])


def rerank(candidates, scores):
    """The order to show photos in: of those whose owner has room, the one that is good and shares few tags."""
    owners = [photo.owner for photo in candidates.photos]
    tags = [frozenset(photo.tags) for photo in candidates.photos]
    left = list(np.argsort(-scores, kind="stable"))
    order, shown, nearest = [], {}, np.zeros(len(scores))
    while left:
        if len(order) % PAGE == 0:
            shown.clear()  # a new page
        free = [i for i in left if shown.get(owners[i], 0) < SHARE] or left
        best = max(free, key=lambda i: (1 - DIVERSITY) * scores[i] - DIVERSITY * nearest[i])
        left.remove(best)
        order.append(best)
        shown[owners[best]] = shown.get(owners[best], 0) + 1
        for i in left:
            nearest[i] = max(nearest[i], len(tags[i] & tags[best]) / (len(tags[i] | tags[best]) or 1))
    return order
