"""Wikimedia Commons' search API as pure functions: parameters in, answer out. No sockets, no Pillow.

What is imitated: https://commons.wikimedia.org/w/api.php with generator=search and prop=imageinfo, and the thumbnail
host with its steps (https://www.mediawiki.org/wiki/Common_thumbnail_sizes).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from .flickr_rest import Answer
from .library import words
from .photos import LibraryPhoto
from .throttle import Throttle

API_HOST = "commons.wikimedia.org"
UPLOAD_HOST, THUMB_HOST = "upload.wikimedia.org", "thumb.wikimedia.org"
STEPS = (20, 40, 60, 120, 250, 330, 500, 960, 1280, 1920, 3840)
_FILE = re.compile(r"/wikipedia/commons/(?:thumb/)?\w/\w\w/(?P<name>[^/]+)(?:/(?P<width>\d+)px-[^/]+)?")
_OPERATION = re.compile(r"\b(filemime|filetype|incategory|intitle):\S+")
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_LICENSES = {
    "4": ("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0"),
    "5": ("CC BY-SA 2.0", "https://creativecommons.org/licenses/by-sa/2.0"),
    "9": ("CC0", "http://creativecommons.org/publicdomain/zero/1.0/deed.en"),
    "10": ("Public domain", None),
}
_USUAL = ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0")
_HOUSEKEEPING = (
    "Self-published work",
    "Taken with Nikon D90",
    "Pages with maps",
    "CC-BY-SA-4.0",
    "Uploaded with UploadWizard",
)


class CommonsWorld:
    """A Commons with the given photos. ``throttle`` has no limits unless a test gives it some."""

    def __init__(self, photos: Sequence[LibraryPhoto]) -> None:
        self.photos = list(photos)
        self.by_name = {file_name(photo): photo for photo in photos}
        self.throttle = Throttle([])

    def answer(self, path: str, params: Mapping[str, str], user_agent: str) -> Answer:
        """What a GET of the API, or of a page, is answered with."""
        if path.startswith("/wiki/File:"):
            title = html.escape(unquote(path.removeprefix("/wiki/")))
            page = f"<!DOCTYPE html><title>{title} - Commons (stand-in)</title><h1>{title}</h1>"
            return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
        if path != "/w/api.php":
            return Answer(404, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Not found</h1>")
        if not user_agent:
            sorry = b"Please set a user-agent and respect our robot policy https://w.wiki/4wJS."
            return Answer(403, {"Content-Type": "text/plain"}, sorry)
        if wait := self.throttle.ask():
            return Answer(429, {"Content-Type": "text/html", "Retry-After": str(wait)}, b"<h1>Too many requests</h1>")
        if params.get("format") != "json":
            return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>MediaWiki API result</h1>")
        try:
            return _json(self._query(params))
        except _Invalid as error:
            return _json({"error": {"code": error.code, "info": str(error)}, "servedby": "stand-in"})

    def file(self, path: str) -> tuple[LibraryPhoto, int] | Answer:
        """The photo and the width in pixels that a path of a file host stands for, or the answer that there is none."""
        match = _FILE.fullmatch(path)
        photo = self.by_name.get(match["name"].replace("_", " ")) if match else None
        if match is None or photo is None:
            return Answer(404, {"Content-Type": "text/html"}, b"<h1>File not found</h1>")
        width = int(match["width"] or photo.width)
        if match["width"] and width not in STEPS:
            sorry = b"Use thumbnail sizes listed on https://w.wiki/GHai"
            return Answer(400, {"Content-Type": "text/html"}, sorry)
        return photo, min(width, photo.width)

    def _query(self, params: Mapping[str, str]) -> dict[str, Any]:
        if params.get("action") != "query":
            raise _Invalid("badvalue", f'Unrecognized value for parameter "action": {params.get("action", "")}.')
        search = params.get("gsrsearch", "").strip()
        if not search:
            raise _Invalid("missingparam", 'The "gsrsearch" parameter must be set.')
        start, limit = int(params.get("gsroffset", "0")), min(int(params.get("gsrlimit", "10")), 500)
        wanted = words(_OPERATION.sub(" ", search))
        found = [photo for photo in self.photos if all(word in _words_of(photo) for word in wanted)]
        shown = found[start : start + limit]
        if not shown:
            return {"batchcomplete": True}
        pages = [describe(photo, start + place + 1, params) for place, photo in enumerate(shown)]
        more = (
            {"continue": {"gsroffset": start + limit, "continue": "gsroffset||"}} if start + limit < len(found) else {}
        )
        return {"batchcomplete": True, **more, "query": {"pages": sorted(pages, key=lambda page: page["pageid"])}}


class _Invalid(Exception):
    def __init__(self, code: str, info: str) -> None:
        super().__init__(info)
        self.code = code


def file_name(photo: LibraryPhoto) -> str:
    """``A rose (40000000123).jpg``: names are unique there."""
    return re.sub(r"[#<>\[\]{}|/:]", "", f"{photo.title or 'Untitled'} ({photo.id}).jpg")


def describe(photo: LibraryPhoto, index: int, params: Mapping[str, str]) -> dict[str, Any]:
    """One element of ``query.pages``. Its id is the photo's backwards, so that the order is not that of the search."""
    name = file_name(photo).replace(" ", "_")
    place = f"{name[0].lower() if name[0].isascii() else 'a'}/ab"
    page_url = f"https://{API_HOST}/wiki/File:{quote(name)}"
    info: dict[str, Any] = {
        "size": 1_000_000, "width": photo.width, "height": photo.height, "mime": "image/jpeg", "user": photo.owner_name,
        "url": f"https://{UPLOAD_HOST}/wikipedia/commons/{place}/{quote(name)}",
        "descriptionurl": page_url,
        "descriptionshorturl": f"https://{API_HOST}/w/index.php?curid={photo.id[::-1]}",
    }  # fmt: skip
    if "iiurlwidth" in params:
        asked = int(params["iiurlwidth"])
        width = next(step for step in STEPS if step >= asked)  # the address has the next step, whatever was asked for
        info["thumbwidth"] = min(asked, photo.width)
        info["thumbheight"] = round(photo.height * info["thumbwidth"] / photo.width)
        small = photo.width <= width
        thumb = f"https://{THUMB_HOST}/wikipedia/commons/thumb/{place}/{quote(name)}/{width}px-{quote(name)}"
        info["thumburl"] = info["url"] if small else thumb
    info["extmetadata"] = _metadata(photo, params.get("iiextmetadatafilter", ""))
    return {
        "pageid": int("1" + photo.id[::-1][:8]), "ns": 6, "title": "File:" + file_name(photo), "index": index,
        "imagerepository": "local", "imageinfo": [info],
    }  # fmt: skip


def _metadata(photo: LibraryPhoto, wanted: str) -> dict[str, Any]:
    license_name, license_url = _LICENSES.get(
        photo.license, ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0")
    )
    user = html.escape(photo.owner_name)
    values = {
        "Artist": f'<a href="//{API_HOST}/wiki/User:{quote(photo.owner_name)}" title="User:{user}">{user}</a>',
        "Categories": "|".join([*(tag.capitalize() for tag in photo.tags), *_HOUSEKEEPING]),
        "LicenseShortName": license_name,
        "LicenseUrl": license_url,
        "ImageDescription": f"<p>{html.escape(photo.title)}</p>",
    }
    keep = wanted.split("|") if wanted else list(values)
    return {
        name: {"value": value, "source": "commons-desc-page", **({"hidden": ""} if name == "LicenseUrl" else {})}
        for name, value in values.items()
        if name in keep and value is not None
    }


def _words_of(photo: LibraryPhoto) -> set[str]:
    return {*photo.tags, *words(photo.title)}


def _json(content: Any) -> Answer:
    error = content.get("error", {}).get("code")
    extra = {"MediaWiki-API-Error": error} if error else {}
    return Answer(200, {**_HEADERS, **extra}, json.dumps(content, ensure_ascii=False).encode())
