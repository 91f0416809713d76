"""What must be the same under CPython and inside Pyodide: pixels to the bit, scores to 1e-5, a search move by move.

This file runs in both; ``test_pyodide.py`` compares what it returns.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from clear_core.errors import PictureError
from clear_core.features import Features
from clear_core.pixels import decode
from clear_core.scores import SCORES
from tests.core.painted import PaintedService
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
        return hashlib.sha256(decode(data).tobytes()).hexdigest()
    except PictureError as error:
        return error.problem.code


def scores() -> dict[str, list[float]]:
    """Every score function that ships, on random features of a realistic size."""
    rng = np.random.default_rng(4)
    embedding = rng.normal(0, 1, (40, 1280)).astype(np.float32)
    logits = rng.normal(0, 3, (40, 1000)).astype(np.float32)
    candidates, source = Features(embedding, logits), Features(embedding[:1], logits[:1])
    return {name: [float(value) for value in make(500.0)(candidates, source)] for name, make in SCORES.items()}


def facts_json(pictures: str) -> str:
    return json.dumps(facts(Path(pictures)))
