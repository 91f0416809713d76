"""A folder of the user's own photos, tagged in the files themselves or in a list beside them.

The list, ``photos.json`` (an array) or ``photos.jsonl`` (an object a line), is in the folder itself::

    {"file": "holiday/cat.jpg", "tags": ["cat", "garden"], "title": "A cat", "owner": "Ada", "license": "CC BY 4.0"}

``file`` is relative to the folder, with ``/``; it and ``tags`` are needed, the rest is not. A list wins over what is
written in a photo, and photos that are not in it are searched too.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Protocol

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.rng import Rng
from clear_core.services.fields import distinct_tags, number, plain
from clear_core.services.forgiving_json import parse_json
from clear_core.services.photo_notes import Notes, read_notes

LISTS = ("photos.json", "photos.jsonl")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
MAX_LIST = 100_000_000
"""Bytes of a list that are read: 400,000 photos."""

HEAD = 500_000
"""Bytes at the beginning of a photo in which its keywords are looked for first."""

_WORD = re.compile(r"[^\W_]+")


class Files(Protocol):
    """A folder that can be looked into. Names are relative to it, with ``/`` between folders."""

    async def names(self) -> Sequence[str]:
        """All files in it and in the folders in it."""
        ...

    async def read(self, name: str, most: int | None = None) -> bytes:
        """A file, or its first ``most`` bytes. Raises OSError."""
        ...

    def url(self, name: str) -> str:
        """Where a person can open the file."""
        ...


class Folder:
    """Photos of a folder. It is read once, at the first question; nothing of it goes anywhere."""

    name = "folder"
    title = "My photos"

    def __init__(self, files: Files) -> None:
        self._files = files
        self._index: asyncio.Task[dict[str, list[Photo]]] | None = None

    async def search(self, tag: str, *, limit: int, rng: Rng) -> list[Photo]:
        """A random choice of the photos whose tags or title hold all words of ``tag``. Raises ServiceError."""
        if self._index is None:
            self._index = asyncio.ensure_future(self._read())
        index = await asyncio.shield(self._index)
        names = [name for name in (_keys(part) for part in tag.split(",")) if name]
        if not names:
            return []
        found = _of_all([_of_name(index, words) for words in names])
        chosen = rng.permutation(len(found))[:limit]
        return [found[i] for i in chosen]

    async def thumbnail(self, photo: Photo) -> bytes:
        try:
            return await self._files.read(photo.id)
        except OSError:
            raise ServiceError("photo_missing", service=self.title) from None

    async def photos(self) -> list[Photo]:
        """All photos of the folder, by name. Raises ServiceError when none has tags, or a list cannot be read."""
        names = await self._files.names()
        listed: dict[str, dict[str, Any]] = {}
        for name in LISTS:
            if name in names:
                listed.update(await self._list(name))
        photos = []
        for name in sorted(names):
            if not name.lower().endswith(PICTURES):
                continue
            entry = listed.get(name)
            notes = await self._notes(name) if entry is None else _from_list(entry)
            if notes is None:
                continue
            photos.append(self._photo(name, notes))
        if not any(photo.tags for photo in photos):
            raise ServiceError("folder_without_tags", fatal=True)
        return photos

    async def _read(self) -> dict[str, list[Photo]]:
        """Photos by each of their words and whole tags."""
        index: dict[str, list[Photo]] = {}
        for photo in await self.photos():
            for key in {key for text in (*photo.tags, photo.title) for key in _words(text)}:
                index.setdefault(key, []).append(photo)
        return index

    async def _list(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """The entries of a list by file. Raises ServiceError when it cannot be read."""
        try:
            raw = await self._files.read(name)
            lines = [line for line in raw.splitlines() if line.strip()]
            whole = parse_json(raw, most=MAX_LIST) if name.endswith(".json") else [parse_json(line) for line in lines]
        except (OSError, ValueError):
            raise ServiceError("folder_list_unreadable", fatal=True, file=name) from None
        if not isinstance(whole, list):
            raise ServiceError("folder_list_unreadable", fatal=True, file=name)
        return [(str(entry.get("file")), entry) for entry in whole if isinstance(entry, dict)]

    async def _notes(self, name: str) -> Notes | None:
        try:
            notes = read_notes(await self._files.read(name, HEAD))
            return notes or read_notes(await self._files.read(name))  # TIFF may write them at its end
        except OSError:
            return None

    def _photo(self, name: str, notes: Notes) -> Photo:
        url = self._files.url(name)
        return Photo(
            id=name,
            service=self.name,
            title=notes.title or plain(name.rpartition("/")[2].rpartition(".")[0]),
            owner=notes.owner,
            tags=notes.keywords,
            thumbnail_url=url,
            page_url=url,
            license=notes.rights or None,
            width=notes.width or None,
            height=notes.height or None,
        )


def _from_list(entry: dict[str, Any]) -> Notes:
    tags = entry.get("tags")
    return Notes(
        keywords=distinct_tags(tags if isinstance(tags, list) else []),
        title=plain(entry.get("title")),
        owner=plain(entry.get("owner")),
        rights=plain(entry.get("license")),
        width=number(entry.get("width")) or 0,
        height=number(entry.get("height")) or 0,
    )


def _words(text: str) -> list[str]:
    """``Stop sign`` → ``stop``, ``sign``, ``stopsign``: a tag is found by its words, and written in one."""
    words = _keys(text)
    return [*words, "".join(words)] if words else []


def _keys(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _of_name(index: dict[str, list[Photo]], words: list[str]) -> list[Photo]:
    """Photos that have a name in one (``stopsign``), and those that have all of its words."""
    joined = index.get("".join(words), [])
    known = {photo.id for photo in joined}
    return joined + [photo for photo in _of_all([index.get(word, []) for word in words]) if photo.id not in known]


def _of_all(lists: list[list[Photo]]) -> list[Photo]:
    """Photos that are in every one of the lists, in the order of the first."""
    common = set.intersection(*({photo.id for photo in photos} for photos in lists))
    return [photo for photo in lists[0] if photo.id in common]
