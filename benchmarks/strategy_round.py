"""One round of the pool strategy with 10,000 candidates and 5,000 tags: how long it takes, in milliseconds.

python benchmarks/strategy_round.py            natively
node benchmarks/strategy_round.mjs             in Pyodide, with the files that the extension ships
"""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter

import numpy as np

from clear_core.photos import Photo, ScoredPhoto
from clear_core.strategies import Pool, Task

CANDIDATES, TAGS, SCORED, ROUNDS = 10_000, 5_000, 400, 15


def measure() -> dict[str, float]:
    """Median milliseconds of a round (a page of 30 and 12 scores come, tags and photos are chosen), and its parts."""
    rng = np.random.default_rng(0)
    chance = np.cumsum(1 / np.arange(1, TAGS + 1))
    made = 0

    def photo() -> Photo:
        nonlocal made
        made += 1
        drawn = np.searchsorted(chance, rng.random(8) * chance[-1])
        return Photo(str(made), "bench", f"A photo of word{drawn[0]}", "", tuple(f"tag{t}" for t in drawn), "", "")

    pool = Pool(rng)
    pool.start(["tag0"], Task(queries=1, photos=10_000))
    page = [
        *(photo() for _ in range(CANDIDATES - TAGS)),
        *(Photo(f"t{t}", "b", "", "", (f"tag{t}",), "", "") for t in range(TAGS)),
    ]
    pool.add_candidates("tag0", page)
    for item in pool.choose_photos(SCORED):
        pool.observe([ScoredPhoto(item, float(rng.normal()), "tag0")])
    times: dict[str, list[float]] = {"round": [], "page": [], "scores": [], "choose": []}
    for _ in range(ROUNDS):
        fresh = [photo() for _ in range(30)]
        chosen = pool.choose_photos(12)
        begin = perf_counter()
        pool.add_candidates("tag1", fresh)
        paged = perf_counter()
        for item in chosen:
            pool.observe([ScoredPhoto(item, float(rng.normal()), "tag1")])
        observed = perf_counter()
        tags = pool.choose_tags(10)
        pool.choose_photos(12)
        end = perf_counter()
        for tag in tags:
            pool.add_candidates(tag, ())
        for name, duration in zip(times, (end - begin, paged - begin, observed - paged, end - observed), strict=True):
            times[name].append(duration * 1000)
    return {name: round(median(values), 2) for name, values in times.items()}


if __name__ == "__main__":
    print(json.dumps(measure()))
