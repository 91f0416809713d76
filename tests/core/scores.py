"""Small pictures with chosen features, for tests of scores."""

from __future__ import annotations

import numpy as np

from clear_core.features import Features, Model
from clear_core.photos import Photo
from clear_core.scores import Pictures

CLASSES = ("tiger", "balloon", *(f"class {number}" for number in range(2, 1000)))


def pictures(*rows: list[float], scale: float = 1000.0, photos: tuple[Photo, ...] = (), seed: int = 0) -> Pictures:
    """Pictures with these embeddings, random logits and random pixels."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (len(rows), 1000)).astype(np.float32)
    pixels = rng.integers(0, 256, (len(rows), 32, 32, 3), np.uint8)
    embedding = np.array(rows, np.float32).reshape(len(rows), -1 if rows else 3)
    model = Model("few", "Few features", embedding.shape[1], scale, CLASSES)
    return Pictures.of(Features(embedding, logits), model, pixels, photos)


def photo(number: int, owner: str = "A", tags: tuple[str, ...] = ()) -> Photo:
    link = f"https://painted.example/{number}"
    return Photo(str(number), "painted", f"Photo {number}", owner, tags, link, link)
