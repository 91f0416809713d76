"""What a network sees in a picture, and the network itself as the core knows it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Features:
    """Deep features of N pictures: ``embedding`` float32 [N, D], ``logits`` float32 [N, 1000] (before softmax)."""

    embedding: NDArray[np.float32]
    logits: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.embedding)


Pixels = Literal["uint8", "0..255", "0..1", "-1..1"]
"""How a network takes RGB: as bytes, or as float32 in one of these ranges."""


SMALL = 32
"""Pixels on each side of the small picture that scores see and that is kept with a search."""

MIN_SIDE, MAX_SIDE = SMALL, 640
"""Pixels on each side that a network may want. With more than 640 a search takes minutes."""

_FILE = re.compile(r"(\.\./[\w-][\w. -]*/)?[\w-][\w. -]*")
"""A file beside ``model.json``, or in the folder of another network. Any other path could lead anywhere."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """How a ``.tflite`` file is run to get features.

    ``file`` stands beside ``model.json``. ``embedding`` and ``logits`` are places among the outputs; without logits of
    its own a network is run beside the default one, which gives them. ``class_offset`` is 1 where logit 0 is
    "background", as in networks of TensorFlow. ``side``: it takes a square of so many pixels on each side.
    """

    file: str = "model.tflite"
    pixels: Pixels = "uint8"
    embedding: int = 0
    logits: int | None = 1
    class_offset: int = 0
    side: int = 224

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Wiring:
        """From parsed JSON. Raises TypeError or ValueError when it is not one."""
        wiring = cls(**data)
        if wiring.pixels not in get_args(Pixels):
            raise ValueError(f"pixels: {wiring.pixels!r}")
        if not isinstance(wiring.file, str) or not _FILE.fullmatch(wiring.file):
            raise ValueError(f"file: {wiring.file!r}")
        numbers = (wiring.embedding, wiring.class_offset, 0 if wiring.logits is None else wiring.logits)
        if not all(type(number) is int and number >= 0 for number in numbers):
            raise ValueError(f"places: {numbers!r}")
        if type(wiring.side) is not int or not MIN_SIDE <= wiring.side <= MAX_SIDE:
            raise ValueError(f"side: {wiring.side!r}")
        return wiring


@dataclass(frozen=True, slots=True)
class Model:
    """What ships beside a network's weights, in ``model.json``.

    ``embedding`` is the D of its features. ``classes`` names the logits, one short name each. ``score_scale`` is the
    divisor of eq. (1) for this network's embedding: CLEAR's 1000 belongs to its own 7 × 7 × 320 layer.
    """

    name: str
    title: str
    embedding: int
    score_scale: float
    classes: tuple[str, ...]
    wiring: Wiring = field(default_factory=Wiring)

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Read ``model.json``. Raises ValueError when it is not one."""
        try:
            data = json.loads(text)
            return cls(
                name=str(data["name"]),
                title=str(data["title"]),
                embedding=int(data["embedding"]),
                score_scale=float(data["score_scale"]),
                classes=tuple(map(str, data["classes"])),
                wiring=Wiring.from_dict(data["wiring"]),
            )
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"not a model.json: {error}") from error

    def to_json(self) -> str:
        """As ``model.json``."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n"


class FeatureExtractor(Protocol):
    """A network. Implementations: the model workers of the browser, ai-edge-litert natively."""

    @property
    def model(self) -> Model: ...

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        """Features of pictures: uint8 [N, side, side, 3] RGB in, N rows out. Raises ModelError."""
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
