"""What a search costs on 10³ … 10⁶ photos: queries, photos held in the pool, and milliseconds of the strategy.

python benchmarks/scale.py [LARGEST]      10⁶ photos take about 2 GB and two minutes to make up
"""

from __future__ import annotations

import sys
from statistics import median
from time import perf_counter

import numpy as np

from clear_core.evaluation.corpus import synthetic
from clear_core.evaluation.protocols import Job, Lab, class_names, make_strategy, score_all
from clear_core.evaluation.simulation import Rules, TagService, play

RULES = Rules(110, 110)


def main(largest: int) -> None:
    print("| photos | strategy | queries | scored | in the pool | ms a search |\n|---|---|---|---|---|---|")
    size = 1000
    while size <= largest:
        corpus = synthetic(size, tags=5000)
        lab = Lab(corpus, TagService(corpus.photos))
        for name in ("greedy", "pool"):
            times, traces = [], []
            for source in range(5):
                job = Job("similar", name, source, 0, RULES)
                scores, rng = score_all(lab, job), np.random.default_rng(source)
                strategy, tags = make_strategy(job, lab, rng), class_names(corpus, source)
                begin = perf_counter()
                world = {"corpus": corpus, "service": lab.service, "scores": scores, "source": source}
                trace = play(strategy, tags, rules=RULES, rng=rng, **world)
                traces.append(trace)
                times.append((perf_counter() - begin) * 1000)
            means = [np.mean([getattr(t, what) for t in traces]) for what in ("asked", "found")]
            print(
                f"| {size:,} | {name} | {means[0]:.0f} | {RULES.photos} | {means[1]:.0f} | {median(times):.0f} |",
                flush=True,
            )
        size *= 10


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
