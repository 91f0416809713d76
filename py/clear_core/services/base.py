"""The contract of a photo service, and the only door to the network that the core knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from clear_core.photos import Photo
from clear_core.rng import Rng


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer, whole. ``headers`` have lower-case names; ``url`` is the one that answered after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class TransportError(Exception):
    """No answer came: the host could not be reached, or the connection broke."""


class TransportTimeout(TransportError):
    """No answer came in time."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A service answers at most so many questions in any ``seconds`` on end."""

    questions: int
    seconds: int


class Transport(Protocol):
    """The only way to the network: ``fetch`` in the browser, an HTTP client natively."""

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        """GET ``url`` with ``params`` as its query; ``timeout`` in seconds. Raises TransportError or one of
        its kinds.

        Sends no cookies and no referrer. Any HTTP status is an answer, not an error. Redirects are followed to no
        other host.
        """
        ...

    async def take(self, service: str, limits: Sequence[Limit]) -> float:
        """Take one question from what ``limits`` leave of a service (or of a part of it that is counted by itself) to
        this user, over all his searches.

        0.0, or the seconds until the next may be asked; then none was taken.
        """
        ...


class PhotoService(Protocol):
    """A place that has tagged photos and answers tag queries."""

    @property
    def name(self) -> str:
        """How settings and photo keys call it: "flickr_feed"."""
        ...

    @property
    def title(self) -> str:
        """How people call it: "Flickr"."""
        ...

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """At most ``limit`` photos for a tag, in the service's order; for several, joined by commas, photos that have
        them all. Raises ServiceError."""
        ...

    async def thumbnail(self, photo: Photo) -> bytes:
        """The picture file of a photo's thumbnail. Raises ServiceError."""
        ...
