"""Photo services by name. A service is made from a transport and the user's key (empty where none is needed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clear_core.services.base import PhotoService, Response, Transport, TransportError, TransportQuota, TransportTimeout
from clear_core.services.flickr import Flickr
from clear_core.services.flickr_feed import FlickrFeed

SERVICES: Mapping[str, Callable[[Transport, str], PhotoService]] = {
    Flickr.name: lambda transport, key: Flickr(transport, key),
    FlickrFeed.name: lambda transport, key: FlickrFeed(transport),
}

__all__ = [
    "SERVICES",
    "Flickr",
    "FlickrFeed",
    "PhotoService",
    "Response",
    "Transport",
    "TransportError",
    "TransportQuota",
    "TransportTimeout",
]
