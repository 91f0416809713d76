"""Score functions: how much a user wants a photo. The reward of the bandit; the higher the better.

A score need not measure similarity: CLEAR and Tiara treat it as a black box, and so does everything here that uses it.
It is a Python text (``recipe.py``) that the user owns; those in ``shipped/`` are there to be copied.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from clear_core.scores.base import LocalScore, Score
from clear_core.scores.pictures import Marked, Pictures, joined
from clear_core.scores.ranking import Ranking
from clear_core.scores.recipe import NOTHING, Given, Recipe, ScoreError

SHIPPED = (
    "exponential",
    "gaussian",
    "cosine",
    "one_class",
    "colour",
    "not_like_this",
    "my_taste",
    "fair",
)
"""The names of the scores that ship, in the order to offer them."""


@cache
def shipped(name: str) -> Recipe:
    """The score of that name. Raises KeyError if none of that name ships."""
    if name not in SHIPPED:
        raise KeyError(name)
    return Recipe(name, (files(__package__) / "shipped" / f"{name}.py").read_text(encoding="utf-8"))


__all__ = [
    "NOTHING",
    "SHIPPED",
    "Given",
    "LocalScore",
    "Marked",
    "Pictures",
    "Ranking",
    "Recipe",
    "Score",
    "ScoreError",
    "joined",
    "shipped",
]
