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

from clear_core.strategies.candidates import AND, Candidates, Rows, arm_key

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
    best = best[apart[best] > 0]
    partners = np.flatnonzero(pool.is_tag.array & (carriers > NARROWS * TOGETHER))
    together, totals = _counted(pool.rows, worth, best, partners, len(carriers))
    narrows = np.minimum(carriers[best, np.newaxis], carriers[partners]) > NARROWS * together
    places, others = np.nonzero((together >= TOGETHER) & narrows)
    tags, partners, both, sums = best[places], partners[others], together[places, others], totals[places, others]
    values = (sums + DOUBT * np.maximum(promise[tags], promise[partners])) / (both + DOUBT) * expected(both)
    arms: dict[str, Arm] = {}
    for place in np.argsort(-values, kind="stable").tolist():
        if len(arms) >= count:
            break
        spelling = AND.join(pool.spelling[pool.names[number]] for number in (tags[place], partners[place]))
        key = arm_key(spelling)
        if key not in asked:
            arms.setdefault(key, Arm(float(values[place]), spelling, int(both[place])))
    return list(arms.values())


def _counted(
    rows: Rows, worth: NDArray[np.float64], tags: NDArray[np.intp], others: NDArray[np.intp], all_names: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For every two of ``tags`` [T] and ``others`` [P]: the photos that carry both [T, P], and what these are worth.

    All at once: one by one, the calls of NumPy take longer than what they do.
    """
    row_of, column_of = (_places_of(names, all_names) for names in (tags, others))
    entries = np.flatnonzero(row_of[rows.names] >= 0)
    photos = np.searchsorted(rows.starts, entries, side="right") - 1
    names, owners = rows.entries(photos)
    row, column = np.repeat(row_of[rows.names[entries]], rows.lengths[photos]), column_of[names]
    cells, known = row * len(others) + column, column >= 0
    shape, size = (len(tags), len(others)), len(tags) * len(others)
    together = np.bincount(cells[known], minlength=size)
    totals = np.asarray(np.bincount(cells[known], worth[owners[known]], size), np.float64)
    return together.reshape(shape), totals.reshape(shape)


def _places_of(names: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Where each of all ``size`` names stands among ``names``; -1 for the others."""
    places = np.full(size, -1)
    places[names] = np.arange(len(names))
    return places
