"""What must be the same under CPython and inside Pyodide: pixels to the bit, scores to 1e-5, a search move by move.

This file runs in both; ``test_pyodide.py`` compares what it returns.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from clear_core.errors import PictureError
from clear_core.features import Features
from clear_core.pixels import decode
from clear_core.scores import SHIPPED, Given, Marked, Pictures, shipped
from tests.core.painted import MODEL, PaintedService
from tests.core.painted_search import scored, updates_of


def facts(pictures: Path) -> dict[str, Any]:
    """Facts about every file of a folder, about the score functions, and about one search."""
    return {
        "pixels": {path.name: pixels(path.read_bytes()) for path in sorted(pictures.iterdir())},
        "scores": scores(),
        "search": [[item.photo.key, item.score] for item in scored(updates_of(PaintedService(), seed=11))],
    }


def pixels(data: bytes) -> str:
    """Hash of the decoded tensor, or the code of the sentence."""
    try:
        return hashlib.sha256(decode(data, 176).tobytes()).hexdigest()
    except PictureError as error:
        return error.problem.code


def scores() -> dict[str, list[float]]:
    """Every score that ships, on random pictures of a realistic size, and the order it gives them."""
    rng = np.random.default_rng(4)
    embedding = rng.normal(0, 1, (40, 1280)).astype(np.float32)
    logits = rng.normal(0, 3, (40, 1000)).astype(np.float32)
    pixels = rng.integers(0, 256, (40, 32, 32, 3), np.uint8)
    photos = [PaintedService().photos[place] for place in rng.permutation(40)]
    model = replace(MODEL, score_scale=500.0)  # exp() of thousands would show the rounding of the sum, and no more
    pictures = Pictures.of(Features(embedding, logits), model, pixels, photos)
    source, other = pictures.rows(np.array([0])), pictures.rows(np.array([1]))
    given = Given("hue03", other, Marked(embedding[:9], np.arange(9) % 2 == 0))
    found = {}
    for name in SHIPPED:
        values = shipped(name).score(pictures, source, given)
        found[name] = [*map(float, values), *map(float, shipped(name).order(pictures, values))]
    return found


def facts_json(pictures: str) -> str:
    return json.dumps(facts(Path(pictures)))
