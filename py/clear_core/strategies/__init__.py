"""Strategies by name. A strategy is made from a random generator and then started with the source's class names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from clear_core.rng import Rng
from clear_core.strategies.bandits import EpsilonGreedy, Random, Ucb
from clear_core.strategies.base import Strategy, TagMean, Task
from clear_core.strategies.excluding import Excluding
from clear_core.strategies.greedy import Greedy
from clear_core.strategies.memory import TagMemory
from clear_core.strategies.pool import Pool
from clear_core.strategies.tiara import Tiara
from clear_core.strategies.word_vectors import WordVectors

STRATEGIES: Mapping[str, Callable[[Rng], Strategy]] = {
    "greedy": Greedy,
    "pool": Pool,
    "ucb": Ucb,
    "ucb_fixed": partial(Ucb, adaptive=False),
    "epsilon_greedy": EpsilonGreedy,
    "epsilon_greedy_fixed": partial(EpsilonGreedy, adaptive=False),
    "random": Random,
}
"""Strategies that need nothing but a generator."""

WITH_VECTORS: Mapping[str, Callable[[Rng, WordVectors], Strategy]] = {
    "tiara": Tiara,
    "tiara_s": partial(Tiara, single=True),
}
"""Strategies that need word vectors besides."""

__all__ = [
    "STRATEGIES",
    "WITH_VECTORS",
    "EpsilonGreedy",
    "Excluding",
    "Greedy",
    "Pool",
    "Random",
    "Strategy",
    "TagMean",
    "TagMemory",
    "Task",
    "Tiara",
    "Ucb",
    "WordVectors",
]
