"""A small world of painted photos: a service and a network that are real, quick and exact, with nothing to install.

Photos are pictures of one hue with a texture; they are tagged with the name of their hue, with "warm" or "cool" and
with tags that say nothing. The network sees mean colours on an 8 × 8 grid and knows the 24 hues as classes. So a search
with a green picture should end among green photos, and a test can say how far it got.
"""

from __future__ import annotations

import asyncio
import colorsys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clear_core.errors import ServiceError
from clear_core.features import Features, Model
from clear_core.photos import Photo
from tests.core.pictures import encoded

HUES = tuple(f"hue{number:02d}" for number in range(24))
MODEL = Model("colours", "Mean colours", 192, 0.1, HUES + tuple(f"class {number}" for number in range(24, 1000)))


def colour(hue: str) -> NDArray[np.float64]:
    """The RGB colour of a hue, 0 to 255."""
    return np.array(colorsys.hsv_to_rgb(int(hue[3:]) / 24, 0.85, 0.85)) * 255


def paint(hue: str, seed: int = 0) -> bytes:
    """A PNG of one hue with a texture of its own."""
    rng = np.random.default_rng((int(hue[3:]), seed))
    coarse = np.clip(colour(hue) + rng.normal(0, 12, (6, 8, 3)), 0, 255).astype(np.uint8)
    return encoded(Image.fromarray(coarse, "RGB").resize((96, 72), Image.Resampling.BICUBIC), "PNG")


class ColourNetwork:
    """FeatureExtractor: embedding = mean colours of an 8 × 8 grid, of length 1; logits = nearness to the 24 hues."""

    model = MODEL

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        await asyncio.sleep(0.01)
        grid = pixels.reshape(len(pixels), 8, 28, 8, 28, 3).astype(np.float32).mean((2, 4))
        mean = grid.mean((1, 2))
        logits = np.full((len(pixels), 1000), -50.0, np.float32)
        for number, hue in enumerate(HUES):
            logits[:, number] = -np.linalg.norm(mean - colour(hue), axis=1) / 20
        embedding = grid.reshape(len(pixels), 192) - 128
        return Features(embedding / np.linalg.norm(embedding, axis=1, keepdims=True), logits)


@dataclass
class PaintedService:
    """PhotoService over the painted photos. ``fail`` decides what goes wrong: it may raise for a tag or a photo."""

    each: int = 20
    latency: Callable[[str], float] = lambda what: 0.1
    fail: Callable[[str], None] = lambda what: None
    name: str = "painted"
    title: str = "Painted"
    asked: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.photos = [self._photo(hue, number) for hue in HUES for number in range(self.each)]

    def _photo(self, hue: str, number: int) -> Photo:
        warmth = "warm" if int(hue[3:]) in (*range(6), *range(20, 24)) else "cool"
        noise = f"noise{number % 5}"
        link = f"https://painted.example/{hue}/{number}"
        return Photo(f"{hue}-{number}", self.name, f"{hue} №{number}", "A. Painter", (hue, warmth, noise), link, link)

    async def search(self, tag: str, *, limit: int, rng: np.random.Generator) -> list[Photo]:
        self.asked.append(tag)
        await asyncio.sleep(self.latency(tag))
        self.fail(tag)
        found = [photo for photo in self.photos if tag in photo.tags]
        return [found[index] for index in rng.permutation(len(found))[:limit]]

    async def thumbnail(self, photo: Photo) -> bytes:
        self.fetched.append(photo.key)
        await asyncio.sleep(self.latency(photo.key))
        self.fail(photo.key)
        hue, number = photo.id.split("-")
        return paint(hue, int(number) + 1)


def down(what: str) -> None:
    """A ``fail`` of a service where nothing works."""
    raise ServiceError("service_down", service="Painted")
