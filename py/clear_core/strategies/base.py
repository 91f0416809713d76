"""The contract of a strategy: which tags to ask next, and which of the photos that came to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clear_core.features import Features, Model
from clear_core.photos import Photo, ScoredPhoto


@dataclass(frozen=True, slots=True)
class TagMean:
    """An arm as it stands: its tag, the mean score of its photos, and how many photos that mean is made of."""

    tag: str
    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class Task:
    """What a strategy may know of the search besides its first tags; nobody need use it.

    ``source`` and ``model`` are None where there is no source image (a black box alone). ``queries`` and ``photos``
    are the budget: how to spread it is the strategy's business, keeping to it is the search's.
    """

    source: Features | None = None
    model: Model | None = None
    queries: int = 110
    photos: int = 110


UNKNOWN = Task()
"""The task of a strategy that is told nothing but its first tags."""


class Strategy(Protocol):
    """Tags are the arms of a bandit; a strategy plays them.

    The search calls ``choose_tags`` and ``choose_photos`` whenever it has room for more work, as often as answers
    come in. It promises: every tag from ``choose_tags`` comes back once through ``add_candidates`` (with no photos if
    the query failed); every photo from ``choose_photos`` comes back once, through ``observe`` or ``skip``.
    ``add_candidates`` and ``observe`` may also arrive unasked, when a saved search is taken up again.
    """

    def start(self, class_names: Sequence[str], task: Task = UNKNOWN) -> None:
        """The class names of the source image, most probable first: the first arms."""
        ...

    def choose_tags(self, count: int) -> list[str]:
        """At most ``count`` tags to ask the service for now; none means: waiting, or nothing left to ask."""
        ...

    def add_candidates(self, tag: str, photos: Sequence[Photo]) -> None:
        """The service's answer to ``tag``; photos may have been seen before."""
        ...

    def choose_photos(self, count: int) -> list[Photo]:
        """At most ``count`` photos to fetch and score now, none of them chosen or observed before."""
        ...

    def observe(self, scored: Sequence[ScoredPhoto], features: Features | None = None) -> None:
        """The reward of photos, and what the network saw in them (a row each; None for photos of a saved search)."""
        ...

    def skip(self, photo: Photo) -> None:
        """A chosen photo could not be fetched or decoded; it will never be observed."""
        ...

    def best_tags(self, count: int) -> list[TagMean]:
        """The arms that look best now, best first, for people to look at."""
        ...
