"""Ours: the pool. Every photo of every page is a candidate; its tags, title and owner decide if it is looked at.

Greedy (CLEAR) and Tiara know tags; of a page they take one photo after the other, as it comes. But a page brings tags,
titles and owners of thirty photos for one query, and looking at a photo costs a download and the network. So:

1. *Which photo next?* A Bayesian linear regression (``ridge.py``) learns from the photos that were scored what tags,
   title words and owners are worth, and predicts the score of every candidate. The best predicted are scored.
2. *Which tag next?* The one whose page promises most: (how good photos with that tag are predicted, on an exponential
   scale, because only the best count) × (how many photos of its page would be new).
3. *Before anything is known*: the source's logits say which tags are like it (``class_words.py``), earlier searches
   say which names point towards it (``memory.py``). Both enter the regression with a coefficient that it may change:
   when they mislead, the scores overrule them.

Scores are replaced by the normal quantiles of their ranks, so any score function will do. ``docs/how-it-works.md``
shows a search step by step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clear_core.features import Features
from clear_core.photos import Photo, ScoredPhoto
from clear_core.rng import Rng
from clear_core.strategies.arms import SEED_TAGS
from clear_core.strategies.base import UNKNOWN, TagMean, Task
from clear_core.strategies.candidates import AND, Candidates, Growing, arm_key, names_of, tag_key
from clear_core.strategies.class_words import ClassWords
from clear_core.strategies.memory import TagMemory
from clear_core.strategies.page_yield import PageYield
from clear_core.strategies.pairs import Arm, promising_pairs
from clear_core.strategies.ridge import RecursiveRidge, normal_scores

FIRST_TAGS = 8
"""Queries before the first score; more follow one by one as long as no photo has come."""

NOISE = 0.3
BIAS_VARIANCE = 4.0
CLASS_PRIOR, CLASS_VARIANCE = 1 / 3, 1 / 9
"""Mean and variance of the worth of a standardised logit."""
MEMORY_PRIOR, MEMORY_VARIANCE = 9.0, 36.0
"""The same for a centred cosine as the memory predicts it; it underrates, hence the large numbers."""

SHARPNESS = 1.75
"""How much better a better photo is when pages are compared: exp(SHARPNESS × predicted)."""
DOUBT = 8.0
"""As many average photos are added to the photos that a tag is judged by."""
WORTH_ASKING_AGAIN = 0.3
"""New photos that another page of the same tag must promise."""


class Pool:
    """See the module. With ``memory`` it knows earlier searches, and the memory learns from this one."""

    def __init__(
        self, rng: Rng, *, memory: TagMemory | None = None, seeds: Sequence[str] = SEED_TAGS
    ) -> None:
        self._rng, self._memory, self._seeds = rng, memory, tuple(seeds)
        self._candidates = Candidates()
        self._extras: tuple[Growing, Growing] = (Growing(np.float64), Growing(np.float64))  # classes, memory
        self._ridge = RecursiveRidge(NOISE, BIAS_VARIANCE, np.array([CLASS_VARIANCE, MEMORY_VARIANCE]))
        self._observed: list[int] = []  # places that the regression knows, in its order
        self._scores: list[float] = []
        self._totals: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._means: dict[str, float] = {}
        self._yield, self._pair_yield = PageYield(), PageYield()
        self._waiting: list[str] = []  # first tags that had no turn
        self._busy: set[str] = set()  # keys of arms under way
        self._out = self._looked = self._answers = 0  # photos under way, photos that came back, pages that came
        self._nothing_to_ask = False
        self._fresh = False  # whether the prediction is up to date
        self._predicted: NDArray[np.float64] = np.zeros(0)

    def start(self, class_names: Sequence[str], task: Task = UNKNOWN) -> None:
        self._task = task
        self._classes: ClassWords | None = None
        self._towards: dict[str, float] = {}
        tags = [name for name in class_names if tag_key(name)]
        if task.source is not None and task.model is not None:
            self._classes = ClassWords(task.source, task.model)
            tags = self._classes.most_probable(2 * FIRST_TAGS) + tags
            if self._memory is not None:
                self._towards = dict(self._memory.towards(task.source.embedding[0]))
                tags = self._classes.sure() + self._memory.first_tags(self._towards, FIRST_TAGS) + tags
        self._waiting = list({tag_key(tag): tag for tag in (*tags, *self._seeds)}.values())
        self._first_left = FIRST_TAGS

    # -- which tag next

    def choose_tags(self, count: int) -> list[str]:
        if count <= 0:
            self._nothing_to_ask = not self._busy  # the budget is spent: no reason to keep photos back
            return []
        tags = self._first_tags(count)
        if not tags and self._candidates.photos:
            tags = self._promising_tags(count)
        if not tags and not self._busy:
            tags = self._take_waiting(count)
        self._busy.update(map(arm_key, tags))
        self._nothing_to_ask = not self._busy
        return tags

    def _first_tags(self, count: int) -> list[str]:
        """The first few tags at once; then, while no page has brought a photo, the next few."""
        if not self._first_left and not self._candidates.photos and not self._busy:
            self._first_left = FIRST_TAGS
        tags = self._take_waiting(min(count, self._first_left))
        self._first_left -= len(tags)
        return tags

    def _take_waiting(self, count: int) -> list[str]:
        fresh = [tag for tag in self._waiting if not self._yield.was_asked(tag_key(tag))]
        self._waiting = fresh[count:]
        return fresh[:count]

    def _promising_tags(self, count: int) -> list[str]:
        pool, worth = self._candidates, np.exp(SHARPNESS * self._prediction())
        names, size = pool.rows.names, len(pool.names)
        carriers = np.bincount(names, minlength=size)
        totals = np.bincount(names, np.repeat(worth, pool.rows.lengths), size)
        promise = (totals + DOUBT * worth.mean()) / (carriers + DOUBT)
        new = self._yield.expected(carriers)
        for key, expected in self._yield.again():
            if key in pool.numbers:
                new[pool.numbers[key]] = expected if expected >= WORTH_ASKING_AGAIN else 0.0
        for key in self._busy & pool.numbers.keys():
            new[pool.numbers[key]] = 0.0
        value = promise * new * pool.is_tag.array
        best = np.argsort(-value, kind="stable")[:count]
        arms = [Arm(float(value[n]), pool.spelling[pool.names[n]], int(carriers[n])) for n in best if value[n] > 0]
        asked = self._pair_yield.asked | self._busy
        arms += promising_pairs(pool, worth, promise, carriers, self._pair_yield.expected, asked, count)
        arms = sorted(arms, key=lambda arm: -arm.value)[:count]
        for arm in arms:
            self._yield_of(arm.tag).plan(arm_key(arm.tag), arm.carriers)
        return [arm.tag for arm in arms]

    def _yield_of(self, arm: str) -> PageYield:
        return self._pair_yield if AND in arm else self._yield

    def add_candidates(self, tag: str, photos: Sequence[Photo]) -> None:
        key = arm_key(tag)
        self._busy.discard(key)
        places = [self._candidates.add(photo) for photo in photos]
        for place in places:
            if place is not None:
                self._add_extras(place)
        self._yield_of(tag).answered(key, sum(place is not None for place in places))
        self._answers += 1
        self._fresh = False

    def _add_extras(self, place: int) -> None:
        names = names_of(self._candidates.photos[place])
        likeness = self._classes.of(names) if self._classes else 0.0
        known = [self._towards.get(name, 0.0) for name in names] if self._towards else []
        self._extras[0].extend([likeness])
        self._extras[1].extend([sum(known) / math.sqrt(len(known)) if known else 0.0])

    # -- which photo next

    def choose_photos(self, count: int) -> list[Photo]:
        count = min(count, self._allowed() - self._looked - self._out)
        free = np.flatnonzero(self._candidates.free.array)
        if count <= 0 or not len(free):
            return []
        predicted = self._prediction()[free] + 1e-6 * self._rng.random(len(free))  # ties at random
        if len(free) > count:
            best = np.argpartition(-predicted, count - 1)[:count]
            free, predicted = free[best], predicted[best]
        chosen = free[np.argsort(-predicted)]
        self._candidates.free.array[chosen] = False
        self._out += len(chosen)
        return [self._candidates.photos[place] for place in chosen]

    def _allowed(self) -> int:
        """Photos that may have been looked at by now: as large a part of them as of the queries.

        Looking at the best of a small pool would spend what is better spent on the best of a large one.
        """
        if self._nothing_to_ask or self._answers >= self._task.queries:
            return 1 << 60
        return math.ceil(self._task.photos * self._answers / self._task.queries)

    def observe(self, scored: Sequence[ScoredPhoto], features: Features | None = None) -> None:
        for index, item in enumerate(scored):
            place = self._back(item.photo)
            for tag in item.photo.tags:
                self._totals[tag] = self._totals.get(tag, 0.0) + item.score
                self._counts[tag] = self._counts.get(tag, 0) + 1
                self._means[tag] = self._totals[tag] / self._counts[tag]
            if place is not None and self._ridge.has_room:
                extras = np.array([extra.array[place] for extra in self._extras])
                self._ridge.observe(self._candidates.rows.row(place), extras, len(self._candidates.names))
                self._observed.append(place)
                self._scores.append(item.score)
            if features is not None and self._memory is not None:
                self._memory.learn(item.photo, features.embedding[index])
        self._fresh = False

    def skip(self, photo: Photo) -> None:
        self._back(photo)

    def _back(self, photo: Photo) -> int | None:
        """A photo came back; its place. One of a saved search was never under way."""
        place = self._candidates.places.get(photo.key)
        self._looked += 1
        if place is not None and self._candidates.free.array[place]:
            self._candidates.free.array[place] = False
        elif self._out:
            self._out -= 1
        return place

    def _prediction(self) -> NDArray[np.float64]:
        """Predicted normal score of every photo of the pool."""
        if not self._fresh:
            pool, extras = self._candidates, np.stack([extra.array for extra in self._extras], axis=1)
            prior = extras @ np.array([CLASS_PRIOR, MEMORY_PRIOR])
            self._predicted = prior
            if self._scores:
                residual = normal_scores(np.array(self._scores)) - prior[self._observed]
                weights, bias, coefficients = self._ridge.fit(residual, len(pool.names))
                self._predicted = prior + bias + extras @ coefficients + pool.rows.times(weights)
            self._fresh = True
        return self._predicted

    def best_tags(self, count: int) -> list[TagMean]:
        best = sorted(self._means, key=self._means.__getitem__, reverse=True)[:count]
        return [TagMean(tag, self._means[tag], self._counts[tag]) for tag in best]
