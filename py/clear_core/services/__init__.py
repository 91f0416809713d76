"""Photo services by name. A service is made from a transport and what the user says about it.

A folder of the user's own photos needs no network, and is made from its files: see ``folder.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clear_core.services.base import Limit, PhotoService, Response, Transport, TransportError, TransportTimeout
from clear_core.services.commons import Commons
from clear_core.services.flickr import Flickr
from clear_core.services.flickr_feed import FlickrFeed
from clear_core.services.openverse import Openverse


@dataclass(frozen=True, slots=True)
class Terms:
    """What the user says about a service: his ``key`` (empty where none is needed), and the ``days`` within which
    photos shall have been uploaded (None: whenever; heeded where one can ask for it, which is Flickr with a key)."""

    key: str = ""
    days: int | None = None


SERVICES: Mapping[str, Callable[[Transport, Terms], PhotoService]] = {
    Flickr.name: lambda transport, terms: Flickr(transport, terms.key, days=terms.days),
    FlickrFeed.name: lambda transport, terms: FlickrFeed(transport),
    Openverse.name: lambda transport, terms: Openverse(transport),
    Commons.name: lambda transport, terms: Commons(transport),
}


@dataclass(frozen=True, slots=True)
class Manners:
    """How a search goes about a service: ``at_once``, questions that may be under way together (the fewer, the more is
    known when the next is chosen), and ``queries``, what one search asks if nobody says otherwise."""

    at_once: int = 10
    queries: int = 110


MANNERS: Mapping[str, Manners] = defaultdict(
    Manners,
    {
        Openverse.name: Manners(at_once=4, queries=20),  # a day has 200, and a minute 20
        Commons.name: Manners(at_once=3),  # https://www.mediawiki.org/wiki/API:Etiquette
    },
)

__all__ = [
    "MANNERS",
    "SERVICES",
    "Commons",
    "Flickr",
    "FlickrFeed",
    "Limit",
    "Manners",
    "Openverse",
    "PhotoService",
    "Response",
    "Terms",
    "Transport",
    "TransportError",
    "TransportTimeout",
]
