"""Wikimedia Commons: free files, sorted into categories, without a key.
https://www.mediawiki.org/wiki/API:Search and https://www.mediawiki.org/wiki/API:Imageinfo"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.rng import Rng
from clear_core.services.base import Limit, Transport
from clear_core.services.fields import deed, distinct_tags, https_url, number, plain, text_of_html
from clear_core.services.http import Web

ENDPOINT = "https://commons.wikimedia.org/w/api.php"
FILE_HOSTS = ("upload.wikimedia.org", "thumb.wikimedia.org")  # thumbnails move to the second since August 2026

WIDTH = 330
"""Pixels of a thumbnail: the step next to 320 of those that Wikimedia serves; between the steps it answers 400.
https://www.mediawiki.org/wiki/Common_thumbnail_sizes"""

DEPTH = 300
"""A question of one word begins at a random one of the first so many matches, most often near the first, so that two
words that mean the same do not always return the same photos."""

_FIELDS = "Artist|Categories|LicenseShortName|LicenseUrl"
_PHOTO = "image/jpeg"  # PNG and SVG are diagrams, flags and screenshots
_BUSY = ("ratelimited", "maxlag", "readonly", "cirrussearch-too-busy-error")
_OPERATOR = re.compile(r"""["'~*?:\\|!/()\[\]{}<>=-]""")  # of CirrusSearch
_NAME = re.compile(r"File:([^#<>\[\]{}|\x00-\x1f]{1,240})\.\w{2,5}")
_ABOUT_THE_FILE = re.compile(
    r"^(self-published|taken (with|on)|uploaded |photo(graph)?s? (by|taken)|photographed |pictures? by|license|author"
    r"|(images?|files?|media|pages?|items|artworks?|creator) (by|from|with|without|uploaded|missing|requiring|moved"
    r"|contributed|in need|reviewed|that|using|template)"
    r"|(quality|featured|valued|flickr|geograph|extracted|retouched|cropped) (images?|pictures?|photo)"
    r"|wiki(media|pedia)? |commons|panoramio|pixabay|unsplash|user:|template|location not|(cc|pd|gfdl)\b|\d{4}\b"
    r"|(january|february|march|april|may|june|july|august|september|october|november|december) \d{4})"
    r"|needing|check needed|maintenance|missing sdc|bot upload|structured data",
    re.IGNORECASE,
)
"""Categories that say how a file came to Commons, not what it shows."""


class Commons:
    """Wikimedia Commons' search, photographs only. The tags of a photo are its categories."""

    name = "commons"
    title = "Wikimedia Commons"
    limits = (Limit(200, seconds=60),)
    """Wikimedia names none for a person who reads; these are good manners. https://www.mediawiki.org/wiki/API:Etiquette"""

    def __init__(self, transport: Transport) -> None:
        self._web = Web(transport, self.title, self.limits)

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """Photos whose page holds all words of ``tag``. Raises ServiceError."""
        words = " ".join(_OPERATOR.sub(" ", tag.replace(",", " ")).split())
        if not words:
            return []
        start = 0 if " " in words else int(DEPTH * rng.random() ** 3)  # few photos have two words
        photos = await self._from(words, start, limit)
        if not photos and start:  # there are fewer
            photos = await self._from(words, 0, limit)
        return photos[:limit]

    async def thumbnail(self, photo: Photo) -> bytes:
        return await self._web.thumbnail(photo)

    async def _from(self, words: str, start: int, limit: int) -> list[Photo]:
        data = await self._web.json(
            ENDPOINT,
            {
                "action": "query",
                "format": "json",
                "formatversion": "2",
                "generator": "search",
                "gsrnamespace": "6",
                "gsrsearch": f"{words} filemime:{_PHOTO}",
                "gsrlimit": str(limit),
                "gsroffset": str(start),
                "prop": "imageinfo",
                "iiprop": "url|size|mime|user|extmetadata",
                "iiextmetadatafilter": _FIELDS,
                "iiextmetadatalanguage": "en",
                "iiurlwidth": str(WIDTH),
            },
        )
        return _photos(data)


def _photos(data: Any) -> list[Photo]:
    """The photos of an answer, best match first."""
    if not isinstance(data, dict):
        raise ServiceError("service_answer_unreadable", service=Commons.title)
    if isinstance(error := data.get("error"), dict):
        if error.get("code") in _BUSY:
            raise ServiceError("service_busy", service=Commons.title)
        message = text_of_html(error.get("info")) or plain(error.get("code"))
        raise ServiceError("service_refused", service=Commons.title, message=message)
    query = data.get("query", {})
    pages = query.get("pages", []) if isinstance(query, dict) else None
    if not isinstance(pages, list) or not ("query" in data or "batchcomplete" in data):
        raise ServiceError("service_answer_unreadable", service=Commons.title)
    found = sorted((page for page in pages if isinstance(page, dict)), key=lambda page: number(page.get("index")) or 0)
    return [photo for photo in map(_photo, found) if photo is not None]


def _photo(page: dict[str, Any]) -> Photo | None:
    """One photo; None when it is no photograph, or has no file to show."""
    infos = page.get("imageinfo")
    info = infos[0] if isinstance(infos, list) and infos and isinstance(infos[0], dict) else {}
    page_id, title = number(page.get("pageid")), page.get("title")
    name = _NAME.fullmatch(title) if isinstance(title, str) else None
    thumbnail = https_url(info.get("thumburl"), FILE_HOSTS)  # never the original, which may have 20 MB
    if page_id is None or name is None or thumbnail is None or info.get("mime") != _PHOTO:
        return None
    facts = _facts(info.get("extmetadata"))
    return Photo(
        id=str(page_id),
        service=Commons.name,
        title=plain(name.group(1).replace("_", " ")),
        owner=text_of_html(facts.get("Artist")) or plain(info.get("user")),
        tags=_tags(facts.get("Categories")),
        thumbnail_url=thumbnail,
        page_url="https://commons.wikimedia.org/wiki/" + quote(name.group(0).replace(" ", "_"), safe=":,()!'"),
        license=text_of_html(facts.get("LicenseShortName")) or None,
        license_url=deed(facts.get("LicenseUrl")),
        width=number(info.get("width")),
        height=number(info.get("height")),
    )


def _facts(metadata: object) -> dict[str, object]:
    """``{"Artist": {"value": …}}`` → ``{"Artist": …}``."""
    if not isinstance(metadata, dict):
        return {}
    return {name: fact.get("value") for name, fact in metadata.items() if isinstance(fact, dict)}


def _tags(categories: object) -> tuple[str, ...]:
    """Categories less housekeeping: ``Coasts of Plozévet|Taken with Nikon D90`` → ``Coasts of Plozévet``."""
    names = categories.split("|") if isinstance(categories, str) else []
    return distinct_tags(name for name in names if not _ABOUT_THE_FILE.search(name.strip()))
