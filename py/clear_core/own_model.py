"""A network of the user's own: what a ``.tflite`` file must be like to be searched with, and how it is then run.

One picture in, one vector out, optionally logits of the 1,000 ImageNet classes. Native runtime and browser tell what a
file's tensors look like; what that means is decided here, for both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clear_core.errors import ModelError
from clear_core.features import MAX_SIDE, MIN_SIDE, Features, Model, Pixels, Wiring
from clear_core.rng import SmallRng

MAX_EMBEDDING = 65_536
"""Numbers of an embedding that we take: CLEAR's layer has 15,680, and every photo's is kept."""

CLASSES = 1000
EXPONENT = 7.0
"""What the user's own pictures shall have in eq. (1): about that of our networks, so that exp() neither over- nor
underflows."""


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """An input or output of a file: its shape with batch 1, and "float32", "uint8" …"""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype} [{', '.join(map(str, self.shape))}]"

    @property
    def size(self) -> int:
        return math.prod(self.shape)


def wire(inputs: Sequence[TensorFacts], outputs: Sequence[TensorFacts], pixels: Pixels) -> tuple[Wiring, int]:
    """How to run a file with these tensors, and the numbers of its embedding.

    ``pixels`` says which range a float32 input wants (nothing in the file does); a uint8 input takes bytes. The first
    output that can be no logits is the embedding; if there is none, the logits are. Raises ModelError.
    """
    if len(inputs) != 1 or not _takes_a_picture(inputs[0]):
        raise ModelError("model_input", found="; ".join(map(str, inputs)), least=MIN_SIDE, most=MAX_SIDE)
    usable = [i for i, output in enumerate(outputs) if output.dtype == "float32" and 1 < output.size <= MAX_EMBEDDING]
    logits = next((i for i in usable if outputs[i].size in (CLASSES, CLASSES + 1)), None)
    embedding = next((i for i in usable if i != logits), logits)
    if embedding is None:
        raise ModelError("model_output", found="; ".join(map(str, outputs)), most=MAX_EMBEDDING)
    return (
        Wiring(
            pixels="uint8" if inputs[0].dtype == "uint8" else "-1..1" if pixels == "uint8" else pixels,
            embedding=embedding,
            logits=logits,
            class_offset=0 if logits is None else outputs[logits].size - CLASSES,
            side=inputs[0].shape[1],
        ),
        outputs[embedding].size,
    )


def _takes_a_picture(tensor: TensorFacts) -> bool:
    if len(tensor.shape) != 4 or tensor.dtype not in ("uint8", "float32"):
        return False
    batch, height, width, colours = tensor.shape
    return (batch, height, colours) == (1, width, 3) and MIN_SIDE <= width <= MAX_SIDE


def described(name: str, title: str, wiring: Wiring, classes: Sequence[str], trial: Features) -> Model:
    """The network after a trial on a few different pictures (:func:`trial_pictures`).

    ``name`` is another for every file: what was learned with one says nothing to another. Raises ModelError when what
    it gave cannot tell pictures apart.
    """
    embedding = trial.embedding.astype(np.float64)
    if not np.isfinite(embedding).all() or np.ptp(embedding, axis=0).max() <= 0:
        raise ModelError("model_useless")
    length = float(np.median(np.einsum("nd,nd->n", embedding, embedding)))
    return Model(name, title, embedding.shape[1], length / EXPONENT, tuple(classes), wiring)


def trial_pictures(side: int, count: int = 4) -> NDArray[np.uint8]:
    """Pictures that any network should tell apart: coloured blobs of several sizes, uint8 [count, side, side, 3]."""
    rng = SmallRng(0)
    y, x = np.mgrid[0:side, 0:side] / side
    pictures = np.zeros((count, side, side, 3))
    for picture in pictures:
        for _ in range(12):
            left, top, radius = rng.random(3)
            blob = np.exp(-((x - left) ** 2 + (y - top) ** 2) / (0.02 + 0.1 * radius**2))
            picture += blob[..., np.newaxis] * rng.random(3)
    return np.asarray(255 * pictures / pictures.max(axis=(1, 2, 3), keepdims=True), np.uint8)
