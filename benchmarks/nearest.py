"""What the embeddings of networks are worth: the tags that photos share with the ten photos nearest to them.

python benchmarks/nearest.py CORPUS MODEL_FOLDER [MODEL_FOLDER ...]      all as ratios to the first network

The embeddings are compared by their cosine, and a tag counts as log(photos / photos that have it), so that rare ones
count more. The last column is about the first tags of a search: photos for which one of the five best classes is a tag.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clear_core.evaluation.cache import load_corpus
from clear_core.evaluation.corpus import Corpus

NEAREST = 10
ROWS = 500  # of the table of all cosines at a time


def neighbours(embedding: NDArray[np.float32]) -> NDArray[np.intp]:
    """int [N, NEAREST]: for each of N photos the places of the others that are nearest to it."""
    units = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
    found = []
    for start in range(0, len(units), ROWS):
        cosines = units[start : start + ROWS] @ units.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -2.0  # not itself
        found.append(np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST])
    return np.concatenate(found)


def shared(corpus: Corpus) -> float:
    """Mean weight of the tags that a photo and one of its nearest have in common."""
    tags = [{tag.lower() for tag in photo.tags} for photo in corpus.photos]
    counts = Counter(tag for own in tags for tag in own)
    weights = {tag: np.log(len(tags) / count) for tag, count in counts.items()}
    near = neighbours(corpus.features.embedding)
    return float(np.mean([sum(weights[t] for t in tags[i] & tags[j]) for i, row in enumerate(near) for j in row]))


def named(corpus: Corpus) -> float:
    """Share of photos with a tag that is one of their five best classes, or a word of one."""
    hits = 0
    for photo, best in zip(corpus.photos, np.argsort(-corpus.features.logits, axis=1)[:, :5], strict=True):
        tags = {tag.lower() for tag in photo.tags}
        names = [corpus.model.classes[place].lower() for place in best]
        hits += any(not tags.isdisjoint({name, *name.split()}) for name in names)
    return hits / len(corpus)


def main(folder: Path, models: list[Path]) -> None:
    print("| network | tags shared with the nearest | a class is a tag |\n|---|---|---|")
    first = None
    for model in models:
        corpus, _ = load_corpus(folder, model)
        values = shared(corpus), named(corpus)
        first = first or values
        cells = (f"{value:.3f} ({value / basis:.3f} ×)" for value, basis in zip(values, first, strict=True))
        print(f"| {model} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
