"""Web pages that the stand-in serves: those of a test or the demo, and Flickr's page of a photo."""

from __future__ import annotations

import html
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .flickr_rest import Answer
from .photos import LibraryPhoto


class Pages:
    """Pages by path: those that were added, else files of the folders (a path ending in / is index.html)."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._added: dict[str, Answer] = {}

    def add(self, path: str, body: bytes | str, content_type: str, headers: Mapping[str, str], status: int) -> None:
        if isinstance(body, str):
            body = body.encode()
        if content_type.startswith("text/") and "charset" not in content_type:
            content_type += "; charset=utf-8"
        self._added[path] = Answer(status, {"Content-Type": content_type, **headers}, body)

    def get(self, path: str) -> Answer:
        """The page, or 404."""
        if path in self._added:
            return self._added[path]
        for folder in self._folders:
            file = (folder / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))).resolve()
            if file.is_relative_to(folder) and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                return Answer(200, {"Content-Type": kind}, file.read_bytes())
        return Answer(404, {"Content-Type": "text/plain; charset=utf-8"}, f"No page {path} here.".encode())


def photo_page(photos: Mapping[str, LibraryPhoto], path: str) -> Answer | None:
    """Flickr's page of a photo in its simplest form, so that a click on a result leads somewhere; or None."""
    match = re.fullmatch(r"/photos/(?P<owner>[^/]+)/(?P<id>\d+)/?", path)
    photo = photos.get(match["id"]) if match else None
    if match is None or photo is None or match["owner"] not in (photo.owner, photo.owner_alias):
        return None
    title, owner = html.escape(photo.title), html.escape(photo.owner_name)
    letter = next((letter for letter in "mnst" if photo.size(letter)), "q")
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Flickr (stand-in)</title></head>'
        f'<body><h1>{title}</h1><p>by {owner}</p><img src="{photo.file_url(letter)}" alt="{title}">'
        f"<p>{html.escape(' '.join(photo.tags))}</p></body></html>"
    )
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, text.encode())
