"""A transport that needs no socket: it asks the stand-in's pure functions, so that it also runs inside Pyodide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from clear_core.services import Limit, Response
from tests.standin.commons import CommonsWorld
from tests.standin.flickr import Answer, FlickrWorld
from tests.standin.openverse import OpenverseWorld, is_thumbnail
from tests.standin.photos import LibraryPhoto, Picture, dress

NOW = 1_760_000_000.0
JPEG = b"\xff\xd8\xff\xe0"
"""The file of every thumbnail: none is decoded here."""

SHELF = tuple(
    Picture(Path(f"{title}.jpg"), width, height, tags, title, tags[0])
    for title, tags, width, height in [
        ("An Egyptian cat's <b>portrait</b> & more", ("cat", "egyptiancat", "egyptian", "animals"), 1600, 1200),
        ("Egyptian cat in the sun", ("egyptian", "cat", "sun"), 1600, 1200),
        ("Tabby", ("cat", "tabby", "geo:lat=35.1", "animals"), 300, 200),
        ("A red car", ("car", "red"), 800, 600),
        ("", ("untitled", "cat"), 1024, 768),
        *((f"Cat number {number}", ("cat", f"cat{number}"), 1024, 768) for number in range(40)),
    ]
)


def shelf() -> list[LibraryPhoto]:
    """Forty-five photos of many people; the same ones every time."""
    return dress(SHELF, seed=7, now=NOW, first_id=50_000_000_000)


Fault = Answer | Exception | None


@dataclass
class InMemory:
    """Transport over the stand-ins' worlds. ``fault`` may give another answer, or an error, for a request; ``waits``
    are what the quota says to the next questions, then there is room."""

    world: FlickrWorld = field(default_factory=lambda: FlickrWorld(shelf(), now=NOW))
    openverse: OpenverseWorld = field(default_factory=lambda: OpenverseWorld(shelf()))
    commons: CommonsWorld = field(default_factory=lambda: CommonsWorld(shelf()))
    fault: Callable[[str, Mapping[str, str]], Fault] = lambda path, params: None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    taken: list[tuple[str, tuple[Limit, ...]]] = field(default_factory=list)

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        await asyncio.sleep(0.05)
        host, path = urlsplit(url).netloc, urlsplit(url).path
        self.asked.append((path, dict(params)))
        answer = self.fault(path, params) or self._answer(path, params, host)
        if isinstance(answer, Exception):
            raise answer
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, answer.body, url)

    async def take(self, service: str, limits: Sequence[Limit]) -> float:
        self.taken.append((service, tuple(limits)))
        return self.waits.pop(0) if self.waits else 0.0

    def _answer(self, path: str, params: Mapping[str, str], host: str = "") -> Answer:
        if is_thumbnail(path):
            photo = self.openverse.thumbnail(path)
            return photo if isinstance(photo, Answer) else Answer(200, {"Content-Type": "image/jpeg"}, JPEG)
        if host == "api.openverse.org":
            return self.openverse.answer(path, params)
        if host == "commons.wikimedia.org":
            return self.commons.answer(path, params, "a test")
        if path == "/services/rest/":
            return self.world.rest(params)
        if path == "/services/feeds/photos_public.gne":
            return self.world.feed(params)
        return Answer(404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>")
