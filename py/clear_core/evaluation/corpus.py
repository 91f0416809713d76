"""A tagged corpus: a folder with ``photos.jsonl`` and the images that its lines name.

A line is ``{"id", "file", "tags": [...], "title", "owner"}``; title and owner may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from clear_core.features import Features, Model
from clear_core.photos import Photo


class EvaluationError(Exception):
    """An evaluation that cannot be run as it was asked for; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the corpus: the photo and where its image is."""

    photo: Photo
    image: Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """Photos and what a network sees in them: row i of ``features`` belongs to photo i."""

    photos: tuple[Photo, ...]
    features: Features
    model: Model

    def __len__(self) -> int:
        return len(self.photos)

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits for the network and what it sees: the results of another are not these."""
        digest = sha256(self.model.to_json().encode())
        digest.update(self.features.embedding.tobytes())
        digest.update(self.features.logits.tobytes())
        return digest.hexdigest()[:8]


def read_entries(folder: Path) -> tuple[list[Entry], list[str]]:
    """The usable lines of ``photos.jsonl``, and a sentence for each of the others.

    Raises EvaluationError when there is no such file or not one usable line.
    """
    index = folder / "photos.jsonl"
    try:
        lines = index.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise EvaluationError(
            f"{index} cannot be read ({error.strerror}). Give a folder with photos.jsonl and its images."
        ) from error
    entries: list[Entry] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = _entry(json.loads(line), folder)
            if entry.photo.id in seen:
                raise ValueError(f"the id {entry.photo.id} occurs twice")
        except RecursionError:
            problems.append(f"line {number}: not JSON (too deep)")
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON ({error.msg})")
        except ValueError as error:
            problems.append(f"line {number}: {error}")
        else:
            seen.add(entry.photo.id)
            entries.append(entry)
    if not entries:
        raise EvaluationError(_nothing(index, problems))
    return entries, problems


def _entry(data: Any, folder: Path) -> Entry:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not isinstance(data.get("file"), str):
        raise ValueError("no “id” or no “file” in it")
    tags = data.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("“tags” is not a list of strings")
    kept = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    if not kept:
        raise ValueError(f"the photo {data['id']} has no tags, so no query finds it")
    image = folder / data["file"]
    if not image.is_file():
        raise ValueError(f"the image {data['file']} is missing")
    title, owner = str(data.get("title") or ""), str(data.get("owner") or "")
    return Entry(Photo(data["id"], "corpus", title, owner, kept, "", ""), image)


def _nothing(index: Path, problems: Sequence[str]) -> str:
    if not problems:
        return f"{index} is empty: there is nothing to search in."
    return f"{index} has no usable line. The first problem is in {problems[0]}."


_CLASSES = 100
"""Classes of the made-up network: its directions are those of the most frequent tags."""


def synthetic(photos: int, *, tags: int, seed: int = 0, size: int = 16) -> Corpus:
    """A made-up corpus of any size with tags of a realistic frequency law, to see what size costs.

    Tag frequencies follow Zipf's law with exponent 1; photos have 3 to 9 tags; an embedding is the mean of random
    directions of its tags plus noise, so tags tell about as much as in a real corpus.
    """
    rng = np.random.default_rng(seed)
    chance = np.cumsum(1 / np.arange(1, tags + 1))
    counts = rng.integers(3, 10, photos)
    drawn = np.searchsorted(chance, rng.random(counts.sum()) * chance[-1])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    directions = rng.normal(size=(tags, size)).astype(np.float32)
    embedding = np.add.reduceat(directions[drawn], starts) / counts[:, np.newaxis]
    embedding += rng.normal(0, 0.3, embedding.shape)
    names = [f"tag{number}" for number in range(tags)]
    made = [
        Photo(str(i), "corpus", "", "", tuple(dict.fromkeys(names[t] for t in drawn[start : start + count])), "", "")
        for i, (start, count) in enumerate(zip(starts.tolist(), counts.tolist(), strict=True))
    ]
    logits = (embedding @ directions[:_CLASSES].T).astype(np.float32)
    model = Model("synthetic", "Synthetic", size, 1.0, tuple(names[:_CLASSES]))
    return Corpus(tuple(made), Features(embedding.astype(np.float32), logits), model)
