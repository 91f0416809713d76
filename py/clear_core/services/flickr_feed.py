"""Flickr's public feed: no key, the 20 newest photos of a tag. https://www.flickr.com/services/feeds/docs/photos_public/"""

from __future__ import annotations

import html
import re
from typing import Any

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.rng import Rng
from clear_core.services import flickr_files as files
from clear_core.services.base import Transport
from clear_core.services.fields import MAX_HTML, distinct_tags, plain
from clear_core.services.http import Web

ENDPOINT = "https://www.flickr.com/services/feeds/photos_public.gne"

_LINK = re.compile(r"https?://(?:www\.)?flickr\.com/photos/([^/?#]+)/(\d+)/?")
_MEDIUM = re.compile(r"_m(\.\w+)$")


class FlickrFeed:
    """The keyless way to ask Flickr. It tells no licence and knows no dates, so it always shows what is newest."""

    name = "flickr_feed"
    title = files.TITLE

    def __init__(self, transport: Transport) -> None:
        self._web = Web(transport, self.title, files.LIMITS)

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """Photos that carry every word of ``tag`` as a tag. Raises ServiceError.

        Class names have several words ("Egyptian cat") where people tag with one each, or with all joined, so words
        are asked for together (tagmode all) rather than as the one rare tag "egyptiancat".
        """
        words = re.findall(r"[^\s,]+", tag)
        data = await self._web.json(
            ENDPOINT,
            {"tags": ",".join(words), "tagmode": "all", "format": "json", "nojsoncallback": "1", "lang": "en-us"},
        )
        return _photos(data)[:limit]

    async def thumbnail(self, photo: Photo) -> bytes:
        return await self._web.thumbnail(photo)


def _photos(data: Any) -> list[Photo]:
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise ServiceError("service_answer_unreadable", service=files.TITLE)
    photos = [_photo(item) for item in items if isinstance(item, dict)]
    return [photo for photo in photos if photo is not None]


def _photo(item: dict[str, Any]) -> Photo | None:
    """One photo of the feed; None when it has no page or no file to show."""
    link = _LINK.match(item["link"]) if isinstance(item.get("link"), str) else None
    media = item.get("media")
    file = files.photo_file(media.get("m")) if isinstance(media, dict) else None
    page = files.photo_page(link.group(1), link.group(2)) if link else None
    if link is None or file is None or page is None:
        return None
    tags = item.get("tags")
    return Photo(
        id=link.group(2),
        service=FlickrFeed.name,
        title=_text(item.get("title")),
        owner=_owner(item) or link.group(1),
        tags=distinct_tags(tags.split() if isinstance(tags, str) else ()),
        thumbnail_url=_MEDIUM.sub(r"_n\1", file),  # 320 px instead of 240, which is all the feed names
        page_url=page,
        fallback_url=file,  # few photos are too small to have the larger
    )


def _owner(item: dict[str, Any]) -> str:
    """``nobody@flickr.com ("harry_nl")`` → ``harry_nl``."""
    author = item.get("author")
    _, _, named = author.rstrip().partition('("') if isinstance(author, str) else ("", "", "")
    return _text(named.removesuffix('")')) if named.endswith('")') else ""


def _text(escaped: object) -> str:
    """What a person wrote, from the HTML that the feed makes of it. The length is bounded first: ``html.unescape``
    raises ValueError for a number of more than 4,300 digits."""
    return plain(html.unescape(escaped[:MAX_HTML])) if isinstance(escaped, str) else ""
