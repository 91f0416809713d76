"""Openverse's image search as pure functions: parameters in, answer out. No sockets, no Pillow.

What is imitated: https://api.openverse.org/v1/ for somebody without a key (github.com/WordPress/openverse, folder api).
"""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from .flickr_rest import Answer
from .library import words
from .photos import LibraryPhoto
from .throttle import Throttle

HOST = "api.openverse.org"
MAX_PAGE_SIZE = MAX_PAGES = 20
_THUMB = re.compile(r"/v1/images/(?P<id>[0-9a-f-]{36})/thumb/")
_LICENSES = {
    "1": ("by-nc-sa", "2.0"), "2": ("by-nc", "2.0"), "3": ("by-nc-nd", "2.0"), "4": ("by", "2.0"),
    "5": ("by-sa", "2.0"), "6": ("by-nd", "2.0"), "9": ("cc0", "1.0"), "10": ("pdm", "1.0"), "11": ("by", "4.0"),
}  # fmt: skip
_HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}


class OpenverseWorld:
    """An Openverse with the given photos. ``throttle`` may be given other limits, or told to forget."""

    def __init__(self, photos: Sequence[LibraryPhoto]) -> None:
        self.photos = list(photos)
        self.by_id = {identifier(photo): photo for photo in photos}
        self.throttle = Throttle([(20, 60.0), (200, 24 * 3600.0)])
        self.thumbnails = Throttle([(150, 60.0)])

    def answer(self, path: str, params: Mapping[str, str]) -> Answer:
        """What a GET of anything but a thumbnail is answered with."""
        if path != "/v1/images/":
            return _json(404, {"detail": "Not found."})
        if wait := self.throttle.ask():
            return throttled(wait)
        page, size = params.get("page", "1"), params.get("page_size", "20")
        for name, value in (("page", page), ("page_size", size)):
            if not value.isdigit() or int(value) < 1:
                return _invalid(name, "A valid integer is required.")
        if int(size) > MAX_PAGE_SIZE:
            return _json(401, {"detail": f"Ensure this value is less than or equal to {MAX_PAGE_SIZE}."})
        if int(page) > MAX_PAGES:
            return _invalid("page", f"Ensure this value is less than or equal to {MAX_PAGES}.")
        return _json(200, self._search(params.get("q", ""), int(page), int(size)))

    def thumbnail(self, path: str) -> LibraryPhoto | Answer:
        """The photo whose thumbnail this path is, or the answer that there is none."""
        match = _THUMB.fullmatch(path)
        photo = self.by_id.get(match["id"]) if match else None
        if photo is None:
            return _json(404, {"detail": "No Image matches the given query."})
        wait = self.thumbnails.ask()
        return throttled(wait) if wait else photo

    def _search(self, query: str, page: int, size: int) -> dict[str, Any]:
        wanted = words(query[:200])
        found = [photo for photo in self.photos if all(word in _words_of(photo) for word in wanted)]
        first = (page - 1) * size
        return {
            "result_count": len(found),
            "page_count": min(math.ceil(len(found) / size), MAX_PAGES),
            "page_size": size,
            "page": page,
            "results": [describe(photo) for photo in found[first : first + size]],
            "warnings": [],
        }


def is_thumbnail(path: str) -> bool:
    return _THUMB.fullmatch(path) is not None


def identifier(photo: LibraryPhoto) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://www.flickr.com/photos/{photo.owner}/{photo.id}"))


def describe(photo: LibraryPhoto) -> dict[str, Any]:
    """One element of ``results``."""
    # What is not free would not be there at all; the library is small, so it is free here.
    code, version = _LICENSES.get(photo.license, ("by", "2.0"))
    kind = "publicdomain" if code in ("cc0", "pdm") else "licenses"
    deed = f"https://creativecommons.org/{kind}/{ {'cc0': 'zero', 'pdm': 'mark'}.get(code, code) }/{version}/"
    page = f"https://www.flickr.com/photos/{photo.owner}/{photo.id}"
    guessed = int(photo.id) % 3 == 0  # some tags are a machine's
    tagger = "clarifai" if guessed else "flickr"
    name = identifier(photo)
    return {
        "id": name,
        "title": photo.title,
        "indexed_on": "2019-01-08T12:17:43.000000Z",
        "foreign_landing_url": page,
        "url": photo.file_url("l"),
        "creator": photo.owner_name,
        "creator_url": f"https://www.flickr.com/photos/{photo.owner}",
        "license": code,
        "license_version": version,
        "license_url": deed,
        "provider": "flickr",
        "source": "flickr",
        "category": "photograph",
        "filesize": None,
        "filetype": "jpg",
        "tags": [
            {"accuracy": 0.97 if guessed else None, "name": tag, "unstable__provider": tagger} for tag in photo.tags
        ],
        "attribution": f'"{photo.title}" by {photo.owner_name} is licensed under CC {code.upper()} {version}.',
        "fields_matched": ["tags.name"],
        "mature": False,
        "height": photo.height,
        "width": photo.width,
        "thumbnail": f"https://{HOST}/v1/images/{name}/thumb/",
        "detail_url": f"https://{HOST}/v1/images/{name}/",
        "related_url": f"https://{HOST}/v1/images/{name}/related/",
        "unstable__sensitivity": [],
    }


def throttled(seconds: int) -> Answer:
    """429, as Django REST framework writes it."""
    detail = f"Request was throttled. Expected available in {seconds} seconds."
    return Answer(429, {**_HEADERS, "Retry-After": str(seconds)}, json.dumps({"detail": detail}).encode())


def _words_of(photo: LibraryPhoto) -> set[str]:
    return {*photo.tags, *words(photo.title)}


def _invalid(field: str, message: str) -> Answer:
    detail = f"Invalid input given for fields. '{field}' -> {message}"
    return _json(400, {"error": "InputError", "detail": detail, "fields": [field]})


def _json(status: int, content: Any) -> Answer:
    return Answer(status, _HEADERS, json.dumps(content, ensure_ascii=False).encode())
