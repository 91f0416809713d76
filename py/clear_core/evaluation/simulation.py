"""A photo service in memory that answers as Flickr's tag search does, and a search against it without waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clear_core.evaluation.corpus import Corpus
from clear_core.features import Features
from clear_core.photos import Photo, ScoredPhoto
from clear_core.strategies import Strategy
from clear_core.strategies.base import Task
from clear_core.strategies.candidates import AND, tag_key

YEARS = 12.0
"""Photos were uploaded, evenly, in the last so many years; Flickr is older, but most photos of a tag are not."""

WINDOW = 3.0
"""A query asks for photos older than a random moment of the last so many years, as CLEAR does."""

PAGE = 30

NONE = np.zeros(0, np.intp)


class Pages(Protocol):
    """What :func:`play` asks."""

    places: dict[str, int]  # key of a photo → its place in the corpus

    def search(self, tag: str, rng: np.random.Generator, *, without: int | None = None) -> list[Photo]: ...


class TagService:
    """Pages of 30 photos of one tag, newest first, from a random date on."""

    def __init__(self, photos: Sequence[Photo], seed: int = 0) -> None:
        self._photos = photos
        self._age = np.random.default_rng(seed).random(len(photos)) * YEARS
        tagged: dict[str, list[int]] = {}
        for place in np.argsort(self._age).tolist():
            for key in dict.fromkeys(map(tag_key, photos[place].tags)):
                tagged.setdefault(key, []).append(place)
        self._tagged = {key: np.array(places) for key, places in tagged.items()}
        self.places = {photo.key: place for place, photo in enumerate(photos)}

    def search(self, tag: str, rng: np.random.Generator, *, without: int | None = None) -> list[Photo]:
        """One page; ``without`` is the place of a photo that is held out. Of several tags a photo must have all."""
        moment = rng.random() * WINDOW
        places, *others = (self._tagged.get(tag_key(part), NONE) for part in tag.split(AND))
        for other in others:
            places = places[np.isin(places, other)]
        first = int(np.searchsorted(self._age[places], moment))
        page = [place for place in places[first : first + PAGE + 1].tolist() if place != without]
        return [self._photos[place] for place in page[:PAGE]]


@dataclass(slots=True)
class Trace:
    """What a search did: the photos that it scored in order, and how many queries it had asked by then."""

    scored: list[int] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    asked: int = 0
    found: int = 0  # distinct photos on all pages


@dataclass(frozen=True, slots=True)
class Rules:
    """The budget, and how much is under way at once (see search.Limits)."""

    queries: int
    photos: int
    queries_at_once: int = 10
    photos_at_once: int = 12


def play(
    strategy: Strategy,
    first_tags: Sequence[str],
    *,
    corpus: Corpus,
    service: Pages,
    scores: NDArray[np.float64],
    rules: Rules,
    rng: np.random.Generator,
    source: int | None = None,
) -> Trace:
    """Play ``strategy`` against ``service``. ``scores`` [N] are the rewards; the photo ``source`` is held out.

    In turns, as if every answer took equally long: as many queries as there is room for, then as many photos.
    """
    features = corpus.features
    seen = None if source is None else Features(features.embedding[source, None], features.logits[source, None])
    strategy.start(first_tags, Task(seen, corpus.model, rules.queries, rules.photos))
    trace, found_by = Trace(), dict[str, str]()
    while len(trace.scored) < rules.photos:
        tags = strategy.choose_tags(min(rules.queries_at_once, rules.queries - trace.asked))
        for tag in tags:
            trace.asked += 1
            page = service.search(tag, rng, without=source)
            for photo in page:
                found_by.setdefault(photo.key, tag)
            strategy.add_candidates(tag, page)
        photos = strategy.choose_photos(min(rules.photos_at_once, rules.photos - len(trace.scored)))
        if not tags and not photos:
            break
        places = [service.places[photo.key] for photo in photos]
        items = [
            ScoredPhoto(photo, float(scores[place]), found_by[photo.key])
            for photo, place in zip(photos, places, strict=True)
        ]
        if items:
            strategy.observe(items, Features(features.embedding[places], features.logits[places]))
        trace.scored += places
        trace.queries += [trace.asked] * len(places)
    trace.found = len(found_by)
    return trace
