"""What a search reports while it runs, and what of it can be saved and taken up again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from clear_core.errors import Problem
from clear_core.features import ClassGuess
from clear_core.photos import Page, Photo, ScoredPhoto
from clear_core.scores import Pictures
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

    ``asked`` names the tags that went out to the service, whether an answer has come or ever will: with it a user can
    see all that was sent. ``classes`` only comes in the first update. ``ended`` is None while the search runs;
    ``problem`` says why it failed, ``problems`` what went wrong on the way without ending it. ``scored`` stands in the
    order of scoring, and ``pictures`` has a row for each of them (in the first update: one row, the source).
    ``rescored`` are new scores, by key, of photos of a saved search. ``order`` comes from a score that ranks sets: keys
    of the best photos in the order to show them; None is "as before".
    """

    spent: Spent
    budget: Budget
    asked: tuple[str, ...] = ()
    classes: tuple[ClassGuess, ...] | None = None
    pages: tuple[Page, ...] = ()
    scored: tuple[ScoredPhoto, ...] = ()
    tags: tuple[TagMean, ...] = ()
    problems: tuple[Problem, ...] = ()
    ended: Ending | None = None
    problem: Problem | None = None
    rescored: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] | None = None
    pictures: Pictures | None = None

    def to_json(self) -> str:
        """As plain JSON; field names as here, without ``pictures``. A page is a text of its own, JSON again: who keeps
        a search has thousands of photos in them, and need not read what is for the next search alone."""
        data = _fields(self)
        del data["pictures"]
        return _json({**data, "pages": list(map(_json, self.pages))})


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
        known = self.scored
        if update.rescored:
            known = tuple(
                dataclasses.replace(item, score=update.rescored.get(item.photo.key, item.score)) for item in known
            )
        return SearchState(self.pages + update.pages, known + update.scored, update.spent)

    def to_json(self) -> str:
        """As plain JSON; pages as in an update."""
        return _json({**_fields(self), "pages": list(map(_json, self.pages))})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SearchState:
        """From parsed JSON. Raises ValueError when it is not a search's state."""
        try:
            spent = data["spent"]
            return cls(
                pages=tuple(map(_page, data["pages"])),
                scored=tuple(
                    ScoredPhoto(photo_from(item["photo"]), float(item["score"]), _text(item["tag"]))
                    for item in data["scored"]
                ),
                spent=Spent(int(spent["queries"]), int(spent["photos"]), float(spent["seconds"])),
            )
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"not a search's state: {error}") from error


def _page(data: Any) -> Page:
    """From its JSON, or parsed already, as searches were kept until November 2026."""
    page = json.loads(data) if isinstance(data, str) else data
    return Page(_text(page["tag"]), tuple(map(photo_from, page["photos"])))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _json(value: Any) -> str:
    """In ASCII: one letter of another script makes a text twice as large in a browser, where many copies are made."""
    return json.dumps(value, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass for the JSON encoder, which takes tuples as they are; ``asdict`` would copy all that is in it."""
    return {name: getattr(value, name) for name in _names(value.__class__)}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def photo_from(data: Mapping[str, Any]) -> Photo:
    """From parsed JSON. Raises TypeError, KeyError or ValueError when it is not a photo."""
    photo = Photo(**{**data, "tags": tuple(map(_text, data["tags"]))})
    for value in (photo.id, photo.service, photo.title, photo.owner, photo.thumbnail_url, photo.page_url):
        _text(value)
    for optional in (photo.license, photo.license_url, photo.fallback_url):
        _text(optional or "")
    return photo
