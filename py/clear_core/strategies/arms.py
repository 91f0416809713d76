"""Playing tags one by one: what CLEAR's greedy and the bandits of the Tiara paper have in common.

An arm is a tag. To play it is to score one photo of its page, and to ask the service for a page where there is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from clear_core.features import Features
from clear_core.photos import Photo, ScoredPhoto
from clear_core.rng import Rng
from clear_core.strategies.base import UNKNOWN, TagMean, Task

SEED_TAGS = ("town", "people", "cat", "car", "nature", "sea")
"""Tags that CLEAR knows from the start, to have something to ask when nothing else is left."""


@dataclass(slots=True)
class Arm:
    """A tag: what its photos scored, and the photos of its last page that nobody has looked at."""

    tag: str
    total: float = 0.0
    count: int = 0
    page: deque[Photo] = field(default_factory=deque)
    busy: bool = False  # a query or a photo of it is under way
    dry: bool = False  # its last query brought nothing new

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else -np.inf


class ArmPlayer:
    """Plays the ``width`` best arms at once and scores one photo of each, then plays again.

    ``lockstep`` waits for the slowest arm of a round before the next one begins, as the demo does; without it an arm
    that is done makes room for the then best arm at once. A photo's score is added to at most ``tags_per_photo`` of
    its tags, drawn at random. A page is kept per tag and handed out photo by photo, so a query is only spent when the
    page is used up. ``names_first`` gives every first tag a turn before any other arm, as CLEAR does with class names;
    ``seeds`` are known besides.

    Bandits say in :meth:`_values` which arms look best.
    """

    def __init__(
        self,
        rng: Rng,
        *,
        width: int = 10,
        tags_per_photo: int = 10,
        lockstep: bool = False,
        names_first: bool = True,
        seeds: Sequence[str] = SEED_TAGS,
    ) -> None:
        self._rng = rng
        self._names_first = names_first
        self._seeds = tuple(seeds)
        self._width = width
        self._tags_per_photo = tags_per_photo
        self._lockstep = lockstep
        self._arms: dict[str, Arm] = {}
        self._first: deque[str] = deque()  # class names that have not had their turn
        self._ready: deque[Arm] = deque()  # busy arms that have a photo to hand out
        self._seen: set[str] = set()  # keys of photos handed out or observed
        self._out: dict[str, Arm] = {}  # key of a photo under way → the arm that handed it out

    def start(self, class_names: Sequence[str], task: Task = UNKNOWN) -> None:
        names = [name for name in class_names if name]
        if self._names_first:
            self._first.extend(names)
        for tag in (*names, *self._seeds):
            self._arm(tag)

    def _values(self, arms: Sequence[Arm]) -> Sequence[float]:
        """How good it looks to play each of ``arms`` now; ties are broken at random."""
        return [arm.mean for arm in arms]

    def _credit(self, item: ScoredPhoto) -> None:
        """Add a photo's score to the arms that it speaks for, and make arms of tags that are new."""
        tags = item.photo.tags
        if len(tags) > self._tags_per_photo:
            drawn = self._rng.choice(len(tags), self._tags_per_photo, replace=False)
            tags = tuple(tags[index] for index in sorted(drawn))
        for tag in tags:
            arm = self._arm(tag)
            arm.total += item.score
            arm.count += 1

    def choose_tags(self, count: int) -> list[str]:
        busy = sum(arm.busy for arm in self._arms.values())
        if self._lockstep and busy:
            return []
        queries: list[str] = []
        for arm in self._ranked_idle():
            if busy >= self._width:
                break
            if arm.page:
                self._ready.append(arm)
            elif len(queries) < count:
                queries.append(arm.tag)
            else:
                continue
            arm.busy = True
            busy += 1
        return queries

    def add_candidates(self, tag: str, photos: Sequence[Photo]) -> None:
        arm = self._arm(tag)
        if tag in self._first:
            self._first.remove(tag)
        arm.page.extend(photo for photo in photos if photo.key not in self._seen)
        arm.dry = not arm.page
        if not arm.busy:
            return
        if arm.page:
            self._ready.append(arm)
        else:
            arm.busy = False

    def choose_photos(self, count: int) -> list[Photo]:
        chosen: list[Photo] = []
        while self._ready and len(chosen) < count:
            arm = self._ready.popleft()
            photo = self._next_photo(arm)
            if photo is None:
                arm.busy = False
            else:
                chosen.append(photo)
                self._out[photo.key] = arm
        return chosen

    def observe(self, scored: Sequence[ScoredPhoto], features: Features | None = None) -> None:
        for item in scored:
            self._seen.add(item.photo.key)
            self._free(item.photo)
            self._credit(item)

    def skip(self, photo: Photo) -> None:
        self._seen.add(photo.key)
        self._free(photo)

    def best_tags(self, count: int) -> list[TagMean]:
        known = sorted((arm for arm in self._arms.values() if arm.count), key=lambda arm: -arm.mean)
        return [TagMean(arm.tag, arm.mean, arm.count) for arm in known[:count]]

    def _ranked_idle(self) -> list[Arm]:
        """Arms that can be played: first tags that had no turn, then by value."""
        idle = [arm for arm in self._arms.values() if not arm.busy and not (arm.dry and not arm.page)]
        turn = {tag: len(self._first) - place for place, tag in enumerate(self._first)}
        order = sorted(
            zip(idle, self._values(idle), self._rng.random(len(idle)).tolist(), strict=True),
            key=lambda item: (turn.get(item[0].tag, 0), item[1], item[2]),
            reverse=True,
        )
        return [arm for arm, _, _ in order]

    def _next_photo(self, arm: Arm) -> Photo | None:
        while arm.page:
            photo = arm.page.popleft()
            if photo.key not in self._seen:
                self._seen.add(photo.key)
                return photo
        return None

    def _free(self, photo: Photo) -> None:
        arm = self._out.pop(photo.key, None)
        if arm is not None:
            arm.busy = False

    def _arm(self, tag: str) -> Arm:
        return self._arms.setdefault(tag, Arm(tag))
