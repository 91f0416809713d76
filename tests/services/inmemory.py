"""A transport that needs no socket: it asks the stand-in's pure functions, so that it also runs inside Pyodide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from clear_core.services import Response
from tests.standin.flickr import Answer, FlickrWorld
from tests.standin.photos import LibraryPhoto, Picture, dress

NOW = 1_760_000_000.0

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
    """Transport over a :class:`FlickrWorld`. ``fault`` may give another answer, or an error, for a request."""

    world: FlickrWorld = field(default_factory=lambda: FlickrWorld(shelf(), now=NOW))
    fault: Callable[[str, Mapping[str, str]], Fault] = lambda path, params: None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        await asyncio.sleep(0.05)
        path = urlsplit(url).path
        self.asked.append((path, dict(params)))
        answer = self.fault(path, params) or self._answer(path, params)
        if isinstance(answer, Exception):
            raise answer
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, answer.body, url)

    def _answer(self, path: str, params: Mapping[str, str]) -> Answer:
        if path == "/services/rest/":
            return self.world.rest(params)
        if path == "/services/feeds/photos_public.gne":
            return self.world.feed(params)
        return Answer(404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>")
