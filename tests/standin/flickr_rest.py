"""How Flickr's REST API writes its answers: JSON, JSONP or XML, with the extras that were asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from .photos import SIZES, LibraryPhoto

MESSAGES: dict[int, str] = {
    0: "Sorry, the Flickr API service is not currently available.",
    1: "Too many tags in ALL query",
    3: "Parameterless searches have been disabled. Please use flickr.photos.getRecent instead.",
    10: "Sorry, the Flickr search API is not currently available.",
    18: "Illogical arguments",
    20: "Excessive photo offset allowed.",
    100: "Invalid API Key (Key has invalid format)",
    105: "Service currently unavailable",
    106: "Write operation failed",
    111: 'Format "{}" not found',
    112: 'Method "{}" not found',
    116: "Bad URL found",
    201: "Sorry, the Flickr API service is not currently available.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; header names are written as they are sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fail(params: Mapping[str, str], code: int, message: str | None = None) -> Answer:
    """The API's answer for a failure: HTTP 200, stat=fail."""
    message = MESSAGES.get(code, "") if message is None else message
    return wrap(params, {"stat": "fail", "code": code, "message": message})


def describe(photo: LibraryPhoto, extras: set[str]) -> dict[str, Any]:
    """One element of photos.photo; see `extras` in flickr.photos.search."""
    item: dict[str, Any] = {
        "id": photo.id, "owner": photo.owner, "secret": photo.secret, "server": photo.server, "farm": 66,
        "title": photo.title, "ispublic": 1, "isfriend": 0, "isfamily": 0,
    }  # fmt: skip
    machine = [tag for tag in photo.tags if ":" in tag]
    values: dict[str, dict[str, Any]] = {
        "description": {"description": {"_content": ""}},
        "license": {"license": photo.license},
        "date_upload": {"dateupload": str(photo.uploaded)},
        "date_taken": {
            "datetaken": datetime.fromtimestamp(photo.taken, UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "datetakengranularity": 0,
            "datetakenunknown": "0",
        },
        "owner_name": {"ownername": photo.owner_name},
        "tags": {"tags": " ".join(photo.tags)},
        "machine_tags": {"machine_tags": " ".join(machine)},
        "o_dims": {"o_width": str(photo.width), "o_height": str(photo.height)},
        "views": {"views": str(photo.views)},
        "media": {"media": "photo", "media_status": "ready"},
        "path_alias": {"pathalias": photo.owner_alias},
    }
    for extra in extras & values.keys():
        item.update(values[extra])
    for letter in SIZES:
        size = photo.size(letter) if f"url_{letter}" in extras else None
        if size is not None:
            item[f"url_{letter}"] = photo.file_url(letter)
            item[f"height_{letter}"] = size[1]
            item[f"width_{letter}"] = str(size[0]) if int(photo.id) % 2 else size[0]  # numbers or strings, as it comes
    return item


def readable_json(content: Any, **options: Any) -> str:
    """JSON with letters as they are, unless one is half a character, which only an escape can write."""
    text = json.dumps(content, ensure_ascii=False, **options)
    half = re.search("[\ud800-\udfff]", text)
    return json.dumps(content, **options) if half else text


def wrap(params: Mapping[str, str], content: dict[str, Any]) -> Answer:
    """The content in the format that the parameters ask for."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "private"}
    if params.get("format") != "json":  # forgetting format=json gets XML, as from Flickr
        return Answer(200, {**headers, "Content-Type": "text/xml; charset=utf-8"}, _xml(content))
    text = readable_json(content, separators=(",", ":"))
    if params.get("nojsoncallback") == "1":
        return Answer(200, {**headers, "Content-Type": "application/json"}, text.encode())
    callback = re.sub(r"[^\w.$]", "", params.get("jsoncallback", "")) or "jsonFlickrApi"
    script = {**headers, "Content-Type": "text/javascript; charset=utf-8"}
    return Answer(200, script, f"{callback}({text})".encode())


def _xml(content: dict[str, Any]) -> bytes:
    root = ElementTree.Element("rsp", stat=content["stat"])
    if content["stat"] == "fail":
        ElementTree.SubElement(root, "err", code=str(content["code"]), msg=content["message"])
    photos = content.get("photos", {})
    if photos:
        page = ElementTree.SubElement(root, "photos", {k: str(v) for k, v in photos.items() if k != "photo"})
        for photo in photos["photo"]:
            flat = {name: str(value) for name, value in photo.items() if not isinstance(value, dict)}
            ElementTree.SubElement(page, "photo", flat)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml
