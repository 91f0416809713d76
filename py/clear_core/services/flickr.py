"""flickr.photos.search with the user's own key. https://www.flickr.com/services/api/flickr.photos.search.html"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.rng import Rng
from clear_core.services import flickr_files as files
from clear_core.services.base import Transport
from clear_core.services.fields import distinct_tags, number, plain
from clear_core.services.http import Web

ENDPOINT = "https://www.flickr.com/services/rest/"
DATE_RANGE = 3 * 365 * 24 * 3600
"""Seconds: every query looks before a random moment of the last three years, as CLEAR's does, so that "cat" and
"calico cat" do not return the same newest photos."""

_SIZES = ("n", "m", "z", "s", "c", "l")  # 320 px first: the network takes 224, screens like more
_INVALID_KEY = {100}
_UNAVAILABLE = {0, 10, 105, 106, 201}
_NOTHING_ASKED = {3}
"""Flickr found no word that it could look for, in Chinese punctuation for instance: there are no such photos."""


class Flickr:
    """The Flickr API: 30 photos a query with licences, from a random upload date of the last three years, or from the
    last ``days``. (Safe search stays on: without signing in Flickr gives no other photos.)"""

    name = "flickr"
    title = files.TITLE

    def __init__(
        self, transport: Transport, key: str, *, days: int | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._web = Web(transport, self.title, files.LIMITS)
        self._key = key.strip()
        self._days = days
        self._now = now

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """Photos whose title, description or tags hold all words of ``tag``. Raises ServiceError."""
        if not self._key:
            raise ServiceError("service_key_missing", fatal=True, service=self.title)
        data = await self._web.json(
            ENDPOINT,
            {
                "method": "flickr.photos.search",
                "api_key": self._key,
                "format": "json",
                "nojsoncallback": "1",
                "text": tag.replace(",", " ").lstrip("-").replace(" -", " "),  # "-word" would exclude the word
                **self._dates(rng),
                "per_page": str(limit),
                "media": "photos",
                "content_types": "0",
                "safe_search": "1",
                "extras": "tags,owner_name,license,o_dims," + ",".join(f"url_{size}" for size in _SIZES),
            },
        )
        return _photos(data, self._key)[:limit]

    def _dates(self, rng: Rng) -> dict[str, str]:
        now = int(self._now())
        if self._days is None:
            return {"max_upload_date": str(now - int(rng.uniform(0, DATE_RANGE)))}
        span = self._days * 24 * 3600
        # From the younger half of the time, so that there are photos between the two dates.
        return {"min_upload_date": str(now - span), "max_upload_date": str(now - int(rng.uniform(0, span / 2)))}

    async def thumbnail(self, photo: Photo) -> bytes:
        return await self._web.thumbnail(photo)


def _photos(data: Any, key: str) -> list[Photo]:
    if not isinstance(data, dict):
        raise ServiceError("service_answer_unreadable", service=files.TITLE)
    if data.get("stat") != "ok":
        if _code(data) in _NOTHING_ASKED:
            return []
        raise _failure(data, key)
    listed = data.get("photos")
    entries = listed.get("photo") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        raise ServiceError("service_answer_unreadable", service=files.TITLE)
    photos = [_photo(entry) for entry in entries if isinstance(entry, dict)]
    return [photo for photo in photos if photo is not None]


def _code(data: dict[str, Any]) -> int | None:
    try:
        return int(str(data.get("code")))
    except ValueError:
        return None


def _failure(data: dict[str, Any], key: str) -> ServiceError:
    code = _code(data)
    if code in _INVALID_KEY:
        return ServiceError("service_key_invalid", fatal=True, service=files.TITLE)
    if code in _UNAVAILABLE:
        return ServiceError("service_down", service=files.TITLE)
    message = plain(data.get("message")).replace(key, "…") or f"code {code}"  # a key is never shown
    return ServiceError("service_refused", service=files.TITLE, message=message)


def _photo(entry: dict[str, Any]) -> Photo | None:
    """One photo of the answer; None when it has no page or no file to show."""
    size = next((size for size in _SIZES if files.photo_file(entry.get(f"url_{size}"))), None)
    page = files.photo_page(entry.get("owner"), entry.get("id"))
    if size is None or page is None:
        return None
    license_name, license_url = files.LICENSES.get(str(entry.get("license")), (None, None))
    tags = entry.get("tags")
    return Photo(
        id=str(entry["id"]),
        service=Flickr.name,
        title=plain(entry.get("title")),
        owner=plain(entry.get("ownername")) or str(entry["owner"]),
        tags=distinct_tags(tags.split() if isinstance(tags, str) else ()),
        thumbnail_url=entry[f"url_{size}"],
        page_url=page,
        license=license_name,
        license_url=license_url,
        width=number(entry.get("o_width")) or number(entry.get(f"width_{size}")),
        height=number(entry.get("o_height")) or number(entry.get(f"height_{size}")),
    )
