"""What a score function sees of pictures: everything the search knows about them, as arrays with a row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clear_core.features import SMALL, Features, Model
from clear_core.photos import Photo

_HALF_MAX = 65504.0


def _record(embedding: int, classes: int) -> np.dtype[np.void]:
    return np.dtype(
        [("embedding", "<f2", embedding), ("logits", "<f2", classes), ("pixels", "u1", (SMALL, SMALL, 3))]
    )


@dataclass(frozen=True, eq=False)
class Pictures:
    """N pictures as a score function sees them.

    ``embedding`` float32 [N, D] and ``logits`` float32 [N, 1000] (before softmax) come from the network, ``classes``
    names the logits. ``pixels`` uint8 [N, 32, 32, 3] RGB is the picture, small. ``photos`` holds what the service says
    (:class:`~clear_core.photos.Photo`: title, owner, tags, license, width, height …), and is empty for a picture that
    came from no service. ``scale`` is the model's divisor for eq. (1).
    """

    embedding: NDArray[np.float32]
    logits: NDArray[np.float32]
    pixels: NDArray[np.uint8]
    photos: tuple[Photo, ...]
    classes: tuple[str, ...]
    scale: float

    @classmethod
    def of(
        cls, features: Features, model: Model, pixels: NDArray[np.uint8] | None = None, photos: Sequence[Photo] = ()
    ) -> Pictures:
        """From features, small pictures (:func:`~clear_core.pixels.small`; black where there are none) and photos, in
        the same order."""
        if pixels is None:
            pixels = np.zeros((len(features), SMALL, SMALL, 3), np.uint8)
        return cls(features.embedding, features.logits, pixels, tuple(photos), model.classes, model.score_scale)

    @classmethod
    def from_records(cls, data: bytes, model: Model, photos: Sequence[Photo] = ()) -> Pictures:
        """From what :meth:`to_records` gave. Raises ValueError when the bytes are no whole number of records."""
        rows = np.frombuffer(data, _record(model.embedding, len(model.classes)))
        features = Features(rows["embedding"].astype(np.float32), rows["logits"].astype(np.float32))
        return cls.of(features, model, np.ascontiguousarray(rows["pixels"]), photos)

    def to_records(self) -> bytes:
        """A record of fixed length for each picture, to keep or to send: features in float16, pixels; no photos.

        7.6 kB for 1280 features and 1000 logits. Records of several pictures can be put after one another.
        """
        rows = np.zeros(len(self), _record(self.embedding.shape[1], self.logits.shape[1]))
        rows["embedding"] = np.clip(self.embedding, -_HALF_MAX, _HALF_MAX)
        rows["logits"] = np.clip(self.logits, -_HALF_MAX, _HALF_MAX)
        rows["pixels"] = self.pixels
        return rows.tobytes()

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """Softmax of the logits, float32 [N, 1000]."""
        weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)

    def __len__(self) -> int:
        return len(self.embedding)

    def rows(self, places: NDArray[np.intp]) -> Pictures:
        """The pictures at these places, in that order."""
        photos = tuple(self.photos[place] for place in places) if self.photos else ()
        return replace(
            self,
            embedding=self.embedding[places],
            logits=self.logits[places],
            pixels=self.pixels[places],
            photos=photos,
        )


def joined(parts: Sequence[Pictures]) -> Pictures:
    """All pictures of some parts (one at least), in their order."""
    return replace(
        parts[0],
        embedding=np.concatenate([part.embedding for part in parts]),
        logits=np.concatenate([part.logits for part in parts]),
        pixels=np.concatenate([part.pixels for part in parts]),
        photos=tuple(photo for part in parts for photo in part.photos),
    )


@dataclass(frozen=True, eq=False)
class Marked:
    """Photos that the user marked in earlier results: ``embedding`` float32 [M, D]; ``liked`` bool [M]: ♥, not ✕."""

    embedding: NDArray[np.float32]
    liked: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.embedding)
