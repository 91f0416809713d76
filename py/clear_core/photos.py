"""Photos as services describe them, and photos with a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as a service describes it. Text fields are plain text, never HTML.

    ``tags`` are distinct, in the service's order and spelling. ``license`` is a name to show ("CC BY 2.0"), None when
    the service does not tell. ``fallback_url`` is a smaller picture file, for when the thumbnail is not there.
    ``width`` and ``height`` are pixels of the original where known, else of the thumbnail.
    """

    id: str
    service: str
    title: str
    owner: str
    tags: tuple[str, ...]
    thumbnail_url: str
    page_url: str
    license: str | None = None
    license_url: str | None = None
    width: int | None = None
    height: int | None = None
    fallback_url: str | None = None

    @property
    def key(self) -> str:
        """What makes a photo the same photo, over all services."""
        return f"{self.service}:{self.id}"


@dataclass(frozen=True, slots=True)
class ScoredPhoto:
    """A photo with its score (higher is better) and the tag whose query found it first."""

    photo: Photo
    score: float
    tag: str


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one query: the tag that was asked and the photos that came, in the service's order."""

    tag: str
    photos: tuple[Photo, ...]


def ranked(scored: Sequence[ScoredPhoto], order: Sequence[str] = ()) -> list[ScoredPhoto]:
    """Best first: the photos whose keys are in ``order`` as they are there, then the others by score."""
    place = {key: number for number, key in enumerate(order)}
    return sorted(scored, key=lambda item: (place.get(item.photo.key, len(place)), -item.score))
