"""The picture of one search: which tags were asked, which photos were looked at, and how good those were.

``python -m clear_core.evaluation.one_search CORPUS MODEL OUT.svg [PLACE]``
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clear_core.evaluation.cache import load_corpus
from clear_core.evaluation.protocols import Job, Lab, halves, score_all
from clear_core.evaluation.simulation import Rules, TagService, play
from clear_core.features import Features, best_classes
from clear_core.photos import Photo
from clear_core.search import CLASS_NAMES
from clear_core.strategies import Greedy, Pool, Strategy

_LABELLED = 12


class _Asked:
    """Takes down what was asked of a service, when, and what was new in the answer."""

    def __init__(self, service: TagService) -> None:
        self._service, self.places = service, service.places
        self.tags: list[tuple[str, int]] = []
        self._seen: set[str] = set()

    def search(self, tag: str, rng: np.random.Generator, *, without: int | None = None) -> list[Photo]:
        page = self._service.search(tag, rng, without=without)
        new = {photo.key for photo in page} - self._seen
        self._seen |= new
        self.tags.append((tag, len(new)))
        return page


def draw(lab: Lab, source: int, file: Path) -> None:
    """Greedy beside the pool, with one source and 110 queries and photos. A point is a photo that was scored."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "clear"
    from matplotlib import pyplot

    scores = score_all(lab, Job("similar", "pool", source, 0, Rules(110, 110)))
    rank = np.empty(len(scores))
    rank[np.argsort(-np.where(np.arange(len(scores)) == source, -np.inf, scores))] = np.arange(1, len(scores) + 1)
    seen = Features(lab.corpus.features.embedding[source, None], lab.corpus.features.logits[source, None])
    names = [guess.name for guess in best_classes(seen, lab.corpus.model, CLASS_NAMES)]
    strategies: Sequence[tuple[str, Strategy]] = (
        ("greedy (CLEAR)", Greedy(np.random.default_rng(0))),
        ("pool (ours)", Pool(np.random.default_rng(0))),
    )
    plot, grid = pyplot.subplots(1, 2, figsize=(13, 5), sharey=True)
    for axes, (title, strategy) in zip(grid, strategies, strict=True):
        asked = _Asked(lab.service)
        trace = play(
            strategy,
            names,
            corpus=lab.corpus,
            service=asked,
            scores=scores,
            rules=Rules(110, 110),
            rng=np.random.default_rng(0),
            source=source,
        )
        axes.scatter(trace.queries, rank[trace.scored], s=14, color="#2b6cb0", alpha=0.8)
        axes.axhspan(1, 10, color="#2f855a", alpha=0.15)
        axes.axhspan(10, 100, color="#2f855a", alpha=0.07)
        useful = [(number, *item) for number, item in enumerate(asked.tags, 1) if item[1]]
        step = max(1, len(useful) // _LABELLED)
        for number, tag, new in useful[::step]:
            axes.axvline(number, color="#999", linewidth=0.4)
            axes.text(number, 0.7, f"{tag} +{new}", rotation=60, fontsize=7)
        found = int((rank[trace.scored] <= 10).sum()), int((rank[trace.scored] <= 100).sum())
        axes.set_title(f"{title}: {found[0]} of the 10 best, {found[1]} of the 100 best", pad=62, fontsize=10)
        axes.set_xlabel("queries asked (the tag, and the new photos that it brought)")
        axes.set_yscale("log")
    grid[0].set_ylim(len(scores), 0.8)
    grid[0].set_ylabel("rank of the scored photo among all")
    plot.suptitle(f"The network takes the source for: {', '.join(names[:3])}", fontsize=9, y=0.01)
    plot.savefig(file, bbox_inches="tight", metadata={"Date": None} if file.suffix == ".svg" else None)
    pyplot.close(plot)


if __name__ == "__main__":
    corpus, _ = load_corpus(Path(sys.argv[1]), Path(sys.argv[2]))
    place = int(sys.argv[4]) if len(sys.argv) > 4 else halves(corpus)[0][0]
    draw(Lab(corpus, TagService(corpus.photos)), place, Path(sys.argv[3]))
