"""Arms of two tags: a question for the photos that have both.

A tag that many photos have is asked again and again and shows strangers most of the time: of a page of *dog* few are of
a dog on a surfboard. Services that take tags take several of them at no further cost (Flickr: all words must match), so
once the pool has shown which tags go together with high scores, their conjunction is an arm like any other. It is
judged as a single tag is: how good the photos that carry both are predicted × how many new photos the page will bring.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clear_core.strategies.candidates import AND, Candidates, arm_key

PARTNERED = 16
"""Tags that are looked at for partners: the most promising ones."""
TOGETHER = 4
"""Photos of the pool that must carry both before the pair is an arm."""
NARROWS = 1.5
"""Either tag must have so many times more photos than the two together; else one of them says it all."""
DOUBT = 3.0
"""As many photos of the better tag of the two are added to the photos that a pair is judged by."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A question that could be asked: its value, the tag or tags, and the photos of the pool that carry them."""

    value: float
    tag: str
    carriers: int


def promising_pairs(
    pool: Candidates,
    worth: NDArray[np.float64],
    promise: NDArray[np.float64],
    carriers: NDArray[np.intp],
    expected: Callable[[NDArray[np.intp]], NDArray[np.float64]],
    asked: Container[str],
    count: int,
) -> list[Arm]:
    """The ``count`` most promising pairs whose keys are not in ``asked``, best first.

    ``worth`` [photos of the pool] is how good each is predicted, ``promise`` and ``carriers`` [names] what that makes
    of each name and how many photos have it; ``expected`` tells the new photos of a page from such numbers.
    """
    apart = np.where(pool.is_tag.array & (carriers > TOGETHER), promise, 0.0)
    best = np.argsort(-apart, kind="stable")[:PARTNERED]
    arms: dict[str, Arm] = {}
    for tag in best[apart[best] > 0].tolist():
        names, owners = pool.rows.entries(pool.carriers_of(tag))
        together = np.bincount(names, minlength=len(carriers))
        totals = np.bincount(names, worth[owners], len(carriers))
        fits = (together >= TOGETHER) & pool.is_tag.array & (np.minimum(carriers, carriers[tag]) > NARROWS * together)
        partners = np.flatnonzero(fits)
        both = together[partners]
        mean = (totals[partners] + DOUBT * np.maximum(promise[tag], promise[partners])) / (both + DOUBT)
        values = mean * expected(both)
        left = count
        for place in np.argsort(-values, kind="stable").tolist():
            spelling = AND.join(pool.spelling[pool.names[number]] for number in (tag, partners[place]))
            key = arm_key(spelling)
            if key not in asked:
                arms.setdefault(key, Arm(float(values[place]), spelling, int(both[place])))
                left -= 1
            if not left:
                break
    return sorted(arms.values(), key=lambda arm: -arm.value)[:count]
