"""How Flickr's public feed writes photos: JSON with its oddities, JSONP or Atom.

Source: https://www.flickr.com/services/feeds/docs/photos_public/ and recorded answers.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

from .flickr_rest import readable_json
from .photos import LibraryPhoto

_SITE = "https://www.flickr.com"
_PACIFIC = timezone(timedelta(hours=-8))


def write(
    params: Mapping[str, str], photos: Sequence[LibraryPhoto], tags: Sequence[str], mode: str, now: float
) -> tuple[dict[str, str], bytes]:
    """(headers, body) of a feed of these photos. `format` is json or, by default, atom."""
    joint = " or " if mode == "any" else " and "
    title = f"Recent Uploads tagged {joint.join(tags)}" if tags else "Uploads from everyone"
    link = f"{_SITE}/photos/tags/{','.join(tags)}/" if tags else f"{_SITE}/photos/"
    modified = _utc(max((photo.uploaded for photo in photos), default=now))
    if params.get("format") != "json":
        return {"Content-Type": "application/atom+xml; charset=utf-8"}, _atom(title, link, modified, photos)
    head = {"title": title, "link": link, "description": "", "modified": modified, "generator": _SITE}
    items = ",\n".join(_item(photo) for photo in photos)
    text = json.dumps(head, ensure_ascii=False)[:-1] + f', "items": [{items}]}}'
    if params.get("nojsoncallback") == "1":
        return {"Content-Type": "application/json"}, text.encode()
    return {"Content-Type": "application/javascript; charset=utf-8"}, f"jsonFlickrFeed({text})".encode()


def page_url(photo: LibraryPhoto) -> str:
    """Address of the photo's page, under the alias of its owner where there is one."""
    return f"{_SITE}/photos/{photo.owner_alias or photo.owner}/{photo.id}/"


def _item(photo: LibraryPhoto) -> str:
    width, height = photo.size("s") or (photo.width, photo.height)
    image = photo.file_url("s")  # …_m.jpg
    title = html.escape(photo.title)
    person = html.escape(photo.owner_name)
    description = (
        f' <p><a href="{_SITE}/people/{photo.owner_alias or photo.owner}/">{person}</a> posted a photo:</p> '
        f'<p><a href="{page_url(photo)}" title="{title}"><img src="{image}" width="{width}" height="{height}" '
        f'alt="{title}" /></a></p> '
    )
    item: dict[str, Any] = {
        "title": photo.title,
        "link": page_url(photo),
        "media": {"m": image},
        "date_taken": datetime.fromtimestamp(photo.taken, _PACIFIC).isoformat(),
        "description": description,
        "published": _utc(photo.uploaded),
        "author": f'nobody@flickr.com ("{photo.owner_name}")',
        "author_id": photo.owner,
        "tags": " ".join(photo.tags),
    }
    text = readable_json(item)
    # JSON knows no \', but Flickr has been seen to write it: here for every second photo with an apostrophe.
    return text.replace("'", "\\'") if int(photo.id) % 2 else text


def _atom(title: str, link: str, modified: str, photos: Sequence[LibraryPhoto]) -> bytes:
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    ElementTree.SubElement(feed, "title").text = title
    ElementTree.SubElement(feed, "link", rel="alternate", type="text/html", href=link)
    ElementTree.SubElement(feed, "updated").text = modified
    for photo in photos:
        entry = ElementTree.SubElement(feed, "entry")
        ElementTree.SubElement(entry, "title").text = photo.title
        ElementTree.SubElement(entry, "link", rel="alternate", type="text/html", href=page_url(photo))
        ElementTree.SubElement(entry, "published").text = _utc(photo.uploaded)
    xml: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
