"""What a search reports while it runs, and what of it can be saved and taken up again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from clear_core.errors import Problem
from clear_core.features import ClassGuess
from clear_core.photos import Page, Photo, ScoredPhoto
from clear_core.strategies.base import TagMean

Ending = Literal["budget", "exhausted", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may spend: queries to the service, photos scored, seconds on the clock (CLEAR: 110 and 110)."""

    queries: int = 110
    photos: int = 110
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What a search has spent so far, in the units of :class:`Budget`."""

    queries: int = 0
    photos: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Update:
    """News of a running search: what came since the last update, and how it stands.

    ``classes`` only comes in the first update. ``ended`` is None while the search runs; ``problem`` says why it
    failed, ``problems`` what went wrong on the way without ending it. ``scored`` stands in the order of scoring.
    """

    spent: Spent
    budget: Budget
    classes: tuple[ClassGuess, ...] | None = None
    pages: tuple[Page, ...] = ()
    scored: tuple[ScoredPhoto, ...] = ()
    tags: tuple[TagMean, ...] = ()
    problems: tuple[Problem, ...] = ()
    ended: Ending | None = None
    problem: Problem | None = None

    def to_json(self) -> str:
        """As plain JSON; field names as here."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class SearchState:
    """All of a search that must survive to take it up again: the answers, the rewards in their order, the spending.

    The sum of a search's updates. Strategies need no state of their own in it: they are played through once more.
    """

    pages: tuple[Page, ...] = ()
    scored: tuple[ScoredPhoto, ...] = ()
    spent: Spent = Spent()

    def extended(self, update: Update) -> SearchState:
        """The state after one more update."""
        return SearchState(self.pages + update.pages, self.scored + update.scored, update.spent)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SearchState:
        """From parsed JSON. Raises KeyError or TypeError when it is not a search's state."""
        return cls(
            pages=tuple(Page(page["tag"], tuple(map(_photo, page["photos"]))) for page in data["pages"]),
            scored=tuple(
                ScoredPhoto(_photo(item["photo"]), float(item["score"]), item["tag"]) for item in data["scored"]
            ),
            spent=Spent(**data["spent"]),
        )


def _photo(data: Mapping[str, Any]) -> Photo:
    return Photo(**{**data, "tags": tuple(data["tags"])})
