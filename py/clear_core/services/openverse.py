"""Openverse: openly licensed pictures of many collections, without a key. https://api.openverse.org/v1/"""

from __future__ import annotations

import re
from typing import Any

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.rng import Rng
from clear_core.services.base import Limit, Transport
from clear_core.services.fields import distinct_tags, number, plain
from clear_core.services.http import Web

ENDPOINT = "https://api.openverse.org/v1/images/"

PAGE_SIZE = 20
"""Photos a page; more is for registered programs (and answered with 401)."""

PAGES = 5
"""A question of one word looks at a random one of the first so many pages, the first most often, so that two words that
mean the same do not always return the same photos. Twenty can be seen; what matches best comes first."""

MAX_QUERY = 200

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OPERATOR = re.compile(r'[-+|"*()~\\]')  # of Elasticsearch's simple_query_string
_VERSION = re.compile(r"\d\.\d")
_LICENSES = frozenset({"by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"})


class Openverse:
    """Openverse's anonymous search: 20 photos a question, 20 questions a minute, 200 a day, 150 thumbnails a minute."""

    name = "openverse"
    title = "Openverse"
    limits = (Limit(20, seconds=60), Limit(200, seconds=24 * 3600))
    thumbnail_limits = (Limit(150, seconds=60),)

    def __init__(self, transport: Transport) -> None:
        self._web = Web(transport, self.title, self.limits, self.thumbnail_limits)

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """Photos whose title, description or tags hold all words of ``tag``. Raises ServiceError."""
        words = " ".join(_OPERATOR.sub(" ", tag.replace(",", " ")).split())[:MAX_QUERY]
        if not words:
            return []
        page = 1 if " " in words else 1 + int(PAGES * rng.random() ** 3)  # few photos have two words
        photos, pages = _photos(await self._page(words, page))
        if page > pages > 0:  # there are fewer: one more question, for one that there is
            photos, _ = _photos(await self._page(words, int(rng.integers(1, pages + 1))))
        return photos[:limit]

    async def thumbnail(self, photo: Photo) -> bytes:
        return await self._web.thumbnail(photo)

    async def _page(self, words: str, page: int) -> Any:
        params = {"q": words, "page": str(page), "page_size": str(PAGE_SIZE), "mature": "false"}
        return await self._web.json(ENDPOINT, params)


def _photos(data: Any) -> tuple[list[Photo], int]:
    """The photos of an answer, and the number of pages there are."""
    entries = data.get("results") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise ServiceError("service_answer_unreadable", service=Openverse.title)
    photos = [_photo(entry) for entry in entries if isinstance(entry, dict)]
    return [photo for photo in photos if photo is not None], number(data.get("page_count")) or 0


def _photo(entry: dict[str, Any]) -> Photo | None:
    """One photo; None for what may not be for everybody, is a drawing, or has no id to link to."""
    photo_id = entry.get("id")
    if not isinstance(photo_id, str) or not _ID.fullmatch(photo_id):
        return None
    if entry.get("mature") is True or entry.get("filetype") == "svg":
        return None
    license_name, license_url = _license(entry.get("license"), entry.get("license_version"))
    tags = entry.get("tags")
    names = [tag.get("name") for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    return Photo(
        id=photo_id,
        service=Openverse.name,
        title=plain(entry.get("title")),
        owner=plain(entry.get("creator")) or plain(entry.get("source")),
        tags=distinct_tags(names),
        # Both by the id: the answer's own addresses may lead anywhere. The page names the source, and links to it.
        thumbnail_url=f"{ENDPOINT}{photo_id}/thumb/",  # 600 pixels wide; there is no smaller one
        page_url=f"https://openverse.org/image/{photo_id}",
        license=license_name,
        license_url=license_url,
        width=number(entry.get("width")),
        height=number(entry.get("height")),
    )


def _license(code: object, version: object) -> tuple[str | None, str | None]:
    """Name and deed: ``by-sa``, ``2.0`` → ``CC BY-SA 2.0``. Unknown codes have neither."""
    edition = version if isinstance(version, str) and _VERSION.fullmatch(version) else ""
    if code == "cc0":
        return "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"
    if code == "pdm":
        return "Public Domain Mark 1.0", "https://creativecommons.org/publicdomain/mark/1.0/"
    if not isinstance(code, str) or code not in _LICENSES:
        return None, None
    name = f"CC {code.upper()} {edition}".strip()
    return name, f"https://creativecommons.org/licenses/{code}/{edition}/" if edition else None
