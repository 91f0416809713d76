"""Features of a corpus, computed once and kept on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from clear_core.errors import PictureError
from clear_core.evaluation.corpus import Corpus, Entry, EvaluationError, read_entries
from clear_core.features import Features
from clear_core.native import LiteRtExtractor
from clear_core.pixels import decode


def cache_folder() -> Path:
    """Where features are kept: ``$XDG_CACHE_HOME/clear-search`` or ``~/.cache/clear-search``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clear-search"


def load_corpus(folder: Path, model: Path, cache: Path | None = None) -> tuple[Corpus, list[str]]:
    """The corpus in ``folder`` as ``model`` (a folder) sees it, and a sentence for every photo that was left out.

    Rows are kept in ``cache`` by image (path, size, time of change) and network, so that a second run, or a run after
    Ctrl-C, computes only what is new. Raises EvaluationError, OSError, ValueError.
    """
    entries, problems = read_entries(folder)
    extractor = LiteRtExtractor(model, threads=os.cpu_count() or 1)
    wiring = extractor.model.wiring  # two networks may be one file, with other outputs
    network = sha256((model / wiring.file).read_bytes() + repr(wiring).encode()).hexdigest()
    file = (cache or cache_folder()) / f"{sha256(str(folder.resolve()).encode()).hexdigest()[:16]}-{network[:16]}.npz"
    rows = _read(file)
    stamps = [_stamp(entry) for entry in entries]
    missing = [index for index, stamp in enumerate(stamps) if stamp not in rows]
    try:
        for index in tqdm(missing, desc="features", unit="photo", disable=None) if missing else ():
            try:
                seen = extractor.extract_now(decode(entries[index].image.read_bytes(), wiring.side)[np.newaxis])
                rows[stamps[index]] = (seen.embedding[0], seen.logits[0])
            except (PictureError, OSError) as error:
                problems.append(f"{entries[index].image.name}: {error}")
    finally:
        if missing:
            _write(file, rows, stamps)
    kept = [index for index, stamp in enumerate(stamps) if stamp in rows]
    if not kept:
        raise EvaluationError(f"Not one image of {folder} could be read. The first problem: {problems[0]}")
    embedding, logits = (np.stack([rows[stamps[index]][part] for index in kept]) for part in (0, 1))
    return Corpus(tuple(entries[index].photo for index in kept), Features(embedding, logits), extractor.model), problems


def _stamp(entry: Entry) -> str:
    facts = entry.image.stat()
    return f"{entry.image.name}:{facts.st_size}:{facts.st_mtime_ns}"


def _read(file: Path) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    try:
        with np.load(file, allow_pickle=False) as data:
            embedding, logits = data["embedding"], data["logits"]
            return {stamp: (embedding[row], logits[row]) for row, stamp in enumerate(data["stamps"].tolist())}
    except (OSError, ValueError, KeyError, EOFError):
        return {}  # not there, or half written: computed anew


def _write(file: Path, rows: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]], stamps: Sequence[str]) -> None:
    kept = [stamp for stamp in stamps if stamp in rows]
    if not kept:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.npz")
    embedding, logits = (np.stack([rows[stamp][place] for stamp in kept]) for place in (0, 1))
    np.savez(part, stamps=np.array(kept), embedding=embedding, logits=logits)
    part.replace(file)
