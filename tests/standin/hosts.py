"""The hosts that are imitated, and which of their addresses are pictures."""

from __future__ import annotations

from . import commons, openverse

API_HOSTS = ("www.flickr.com", "api.flickr.com")
IMAGE_HOST = "live.staticflickr.com"
OTHER_HOSTS = (openverse.HOST, commons.API_HOST, commons.UPLOAD_HOST, commons.THUMB_HOST)
HOSTS = (*API_HOSTS, IMAGE_HOST, *OTHER_HOSTS)


def is_image(host: str, path: str) -> bool:
    """Is a picture asked for, and not a question?"""
    hosts = (IMAGE_HOST, commons.UPLOAD_HOST, commons.THUMB_HOST)
    return host in hosts or (host == openverse.HOST and openverse.is_thumbnail(path))
