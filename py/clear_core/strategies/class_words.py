"""What the network's own classes say about tags before anything was scored.

A logit is the scalar product of the source's embedding with a row of the network's last layer, the direction of a
class. So a tag that is a class name, or a word of one, has its likeness to the source in the logits already.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from clear_core.features import Features, Model
from clear_core.strategies.candidates import tag_key

_BREAKS = re.compile(r"[\s\-_]+")


SURE = 0.25
"""Probability from which a class is asked for before all that earlier searches taught: people expect "tiger"."""


@lru_cache(2)  # a network or two, searched with again and again
def _words_of(classes: tuple[str, ...]) -> list[tuple[tuple[str, str], ...]]:
    """Of each class the name and its words, with their keys."""
    return [tuple({tag_key(word): word for word in (name, *_BREAKS.split(name))}.items()) for name in classes]


class ClassWords:
    """Class names of a network and their words, seen from one source.

    ``probability`` sums the softmax over all classes that have the word: "cat" collects tiger, Siamese and Egyptian
    cats. ``likeness`` is the largest of their logits, standardised over the classes.
    """

    def __init__(self, source: Features, model: Model) -> None:
        logits = source.logits[0].astype(np.float64)
        weights = np.exp(logits - logits.max())
        standard = (logits - logits.mean()) / (logits.std() + 1e-9)
        self.probability: dict[str, float] = {}
        self.likeness: dict[str, float] = {}
        self.spelling: dict[str, str] = {}
        shares = (weights / weights.sum()).tolist()
        for words, share, z in zip(_words_of(model.classes), shares, standard.tolist(), strict=True):
            for key, word in words:
                self.spelling.setdefault(key, word)
                self.probability[key] = self.probability.get(key, 0.0) + share
                self.likeness[key] = max(self.likeness.get(key, -np.inf), z)

    def of(self, names: list[str]) -> float:
        """Likeness of a photo with these names (see names_of): its best tag's, or half its best title word's."""
        tags = [self.likeness.get(name, 0.0) for name in names if name[0] not in "~@"]
        words = [self.likeness.get(name[1:], 0.0) / 2 for name in names if name[0] == "~"]
        return max(0.0, *tags, *words) if tags or words else 0.0

    def sure(self) -> list[str]:
        """The words and names that the network would bet on."""
        return [word for word in self.most_probable(3) if self.probability[tag_key(word)] >= SURE]

    def most_probable(self, count: int) -> list[str]:
        """The words and names that most of the probability falls on."""
        best = sorted(self.probability, key=lambda key: -self.probability[key])[:count]
        return [self.spelling[key] for key in best if key]
