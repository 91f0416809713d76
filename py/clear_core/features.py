"""What a network sees in a picture, and the network itself as the core knows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Features:
    """Deep features of N pictures: ``embedding`` float32 [N, D], ``logits`` float32 [N, 1000] (before softmax)."""

    embedding: NDArray[np.float32]
    logits: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.embedding)


@dataclass(frozen=True, slots=True)
class Model:
    """What ships beside a network's weights, in ``model.json``.

    ``classes`` names the logits, one short name each. ``score_scale`` is the divisor of eq. (1) for this network's
    embedding: CLEAR's 1000 belongs to its own 7 × 7 × 320 layer.
    """

    name: str
    title: str
    embedding: int
    score_scale: float
    classes: tuple[str, ...]

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Read ``model.json``. Raises KeyError or ValueError when it is not one."""
        data = json.loads(text)
        return cls(
            name=data["name"],
            title=data["title"],
            embedding=int(data["embedding"]),
            score_scale=float(data["score_scale"]),
            classes=tuple(data["classes"]),
        )


class FeatureExtractor(Protocol):
    """A network. Implementations: the model workers of the browser, ai-edge-litert natively."""

    @property
    def model(self) -> Model: ...

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        """Features of pictures: uint8 [N, 224, 224, 3] RGB in, N rows out. Raises ModelError."""
        ...


@dataclass(frozen=True, slots=True)
class ClassGuess:
    """One of the classes that the network takes a picture for."""

    name: str
    probability: float


def best_classes(features: Features, model: Model, count: int) -> list[ClassGuess]:
    """The ``count`` most probable class names of the first picture, best first; a name occurs once.

    ImageNet holds a few names twice ("crane" the bird and the machine): their probabilities are added.
    """
    logits = features.logits[0].astype(np.float64)
    weights = np.exp(logits - logits.max())
    probabilities: dict[str, float] = {}
    for name, probability in zip(model.classes, weights / weights.sum(), strict=True):
        probabilities[name] = probabilities.get(name, 0.0) + float(probability)
    best = sorted(probabilities.items(), key=lambda item: -item[1])[:count]
    return [ClassGuess(name, probability) for name, probability in best]
