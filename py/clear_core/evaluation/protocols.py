"""What is measured: similar-image search as CLEAR does it, and the black-box protocol of the Tiara paper.

A :class:`Job` is one search; it is small, holds no photo, and gives the same numbers wherever it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from clear_core.evaluation.corpus import Corpus, EvaluationError
from clear_core.evaluation.simulation import Rules, TagService, Trace, play
from clear_core.features import Features, best_classes
from clear_core.scores import Pictures, shipped
from clear_core.search import CLASS_NAMES
from clear_core.strategies import STRATEGIES, WITH_VECTORS, Pool, Strategy, TagMemory, WordVectors

CHECKPOINTS = (5, 10, 20, 30, 40, 60, 80, 110, 150, 200, 250, 300, 350, 400, 450, 500)
PAPER_CLASSES = tuple(range(0, 1000, 100))
PAPER_TAGS = 100
PAPER_BUDGET = 500

COSINE = "cosine"
SCORES = (COSINE, "exponential", "gaussian")
"""The scores that need no pixels and nothing from a user."""
MEMORY = "pool+memory"


@dataclass(frozen=True, slots=True)
class Job:
    """One search: the protocol, the strategy by name, the source's place (similar) or the class (paper), the seed."""

    protocol: str
    strategy: str
    target: int
    seed: int
    rules: Rules
    score: str = COSINE
    alpha: float | None = None  # Tiara's and UCB's, ε-greedy's epsilon; None: as the strategy has it
    memory: int | None = None  # which of the lab's memories

    @property
    def label(self) -> str:
        return self.strategy if self.alpha is None else f"{self.strategy} {self.alpha:g}"


@dataclass(frozen=True, slots=True)
class Lab:
    """All that jobs share. A sweep sends it to every worker once."""

    corpus: Corpus
    service: TagService
    vectors: WordVectors | None = None
    memories: tuple[bytes, ...] = ()


def strategy_names() -> list[str]:
    return sorted([*STRATEGIES, *WITH_VECTORS, MEMORY])


def make_strategy(job: Job, lab: Lab, rng: np.random.Generator) -> Strategy:
    """The strategy of a job. In the paper's protocol arms are played one by one and no tag has precedence."""
    options: dict[str, Any] = {}
    if job.protocol == "paper":
        options = {"seeds": ()} if "pool" in job.strategy else {"seeds": (), "width": 1, "names_first": False}
    if job.alpha is not None:
        options["epsilon" if "epsilon" in job.strategy else "alpha"] = job.alpha
    if job.strategy == MEMORY:
        model = lab.corpus.model
        options["memory"] = TagMemory.from_bytes(lab.memories[job.memory or 0], model.name, model.embedding)
        return Pool(rng, **options)
    if job.strategy in WITH_VECTORS:
        if lab.vectors is None:
            raise EvaluationError(f"{job.strategy} needs word vectors: give --vectors FILE.")
        return WITH_VECTORS[job.strategy](rng, lab.vectors, **options)
    if job.strategy not in STRATEGIES:
        raise EvaluationError(f"There is no strategy “{job.strategy}”. Known are: {', '.join(strategy_names())}.")
    return STRATEGIES[job.strategy](rng, **options)


def score_all(lab: Lab, job: Job) -> NDArray[np.float64]:
    """Rewards of all photos for a job, float64 [N]: a class logit, or the likeness to the source."""
    features = lab.corpus.features
    if job.protocol == "paper":
        return features.logits[:, job.target].astype(np.float64)
    photos = Pictures.of(features, lab.corpus.model)
    return shipped(job.score).score(photos, photos.rows(np.array([job.target]))).astype(np.float64)


def run(lab: Lab, job: Job) -> dict[str, Any]:
    """Run one job; its numbers, ready for JSON: the job itself, and per checkpoint every metric."""
    seeds = np.random.default_rng((job.seed, job.target, crc32(job.protocol.encode())))
    service_rng, strategy_rng, tag_rng = seeds.spawn(3)
    strategy = make_strategy(job, lab, strategy_rng)
    scores = score_all(lab, job)
    paper = job.protocol == "paper"
    tags = _random_tags(lab.corpus, tag_rng) if paper else class_names(lab.corpus, job.target)
    source = None if paper else job.target
    trace = play(
        strategy,
        tags,
        corpus=lab.corpus,
        service=lab.service,
        scores=scores,
        rules=job.rules,
        rng=service_rng,
        source=source,
    )
    if source is not None:
        scores[source] = -np.inf
    measure = _paper_metrics if paper else _similar_metrics
    return {"job": asdict(job), "label": job.label, **_curves(trace, job.rules, partial(measure, scores))}


def learn_memory(lab: Lab, sources: tuple[int, ...], seed: int) -> bytes:
    """The tag memory of someone who searched with each of ``sources`` in turn (110 queries, 110 photos)."""
    model = lab.corpus.model
    memory = TagMemory(model.name, model.embedding)
    for source in sources:
        job = Job("similar", "pool", source, seed, Rules(110, 110))
        rng = np.random.default_rng((seed, source, 1))
        play(
            Pool(rng, memory=memory),
            class_names(lab.corpus, source),
            corpus=lab.corpus,
            service=lab.service,
            scores=score_all(lab, job),
            rules=job.rules,
            rng=rng,
            source=source,
        )
    return memory.to_bytes()


def halves(corpus: Corpus) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places of the photos to tune on and of those to report on: two halves, drawn once and for all."""
    order = np.random.default_rng(7).permutation(len(corpus)).tolist()
    return tuple(order[: len(order) // 2]), tuple(order[len(order) // 2 :])


def class_names(corpus: Corpus, source: int) -> list[str]:
    """What the network sees in the photo at ``source``: CLEAR's first queries."""
    seen = Features(corpus.features.embedding[source, None], corpus.features.logits[source, None])
    return [guess.name for guess in best_classes(seen, corpus.model, CLASS_NAMES)]


def _random_tags(corpus: Corpus, rng: np.random.Generator) -> list[str]:
    tags = sorted({tag for photo in corpus.photos for tag in photo.tags})
    return [tags[index] for index in rng.permutation(len(tags))[:PAPER_TAGS]]


def _curves(
    trace: Trace, rules: Rules, measure: Callable[[list[int]], dict[str, float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Metrics after so many scored photos, and after so many queries; a search that ended early stays as it is."""
    by_photos = {str(n): measure(trace.scored[:n]) for n in CHECKPOINTS if n <= rules.photos}
    by_queries = {}
    for n in (n for n in CHECKPOINTS if n <= rules.queries):
        # n queries asked means: everything scored before query n + 1 went out
        by_queries[str(n)] = measure(trace.scored[: int(np.searchsorted(trace.queries, n, "right"))])
    end = {**measure(trace.scored), "queries": trace.asked, "photos": len(trace.scored), "found": trace.found}
    return {"photos": by_photos, "queries": by_queries, "end": {"all": end}}


def _similar_metrics(scores: NDArray[np.float64], scored: list[int]) -> dict[str, float]:
    ranking = np.argsort(-scores, kind="stable")
    best, hundred = set(ranking[:10].tolist()), set(ranking[:100].tolist())
    mine = sorted(scored, key=lambda place: -scores[place])[:10]
    floor, top = float(np.mean(scores[np.isfinite(scores)])), float(np.mean(scores[ranking[:10]]))
    mean = float(np.mean([*scores[mine], *[floor] * (10 - len(mine))]))
    return {
        "recall@10": len(best & set(mine)) / 10,
        "inside 100": len(hundred & set(mine)) / 10,
        "none of 100": float(not hundred & set(mine)),
        "relative score": mean / top,
    }


def _paper_metrics(scores: NDArray[np.float64], scored: list[int]) -> dict[str, float]:
    best = float(np.max(scores[scored])) if scored else float(np.min(scores))
    return {"best score": best, "relative score": best / float(np.max(scores))}
