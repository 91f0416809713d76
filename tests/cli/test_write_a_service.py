"""The service that docs/write-a-service.md shows: its very text, on real sockets, in a real search."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from clear_core.errors import ServiceError
from clear_core.native import HttpTransport
from clear_core.photos import Photo, ScoredPhoto
from clear_core.scores import LocalScore, shipped
from clear_core.search import search
from clear_core.services import PhotoService
from clear_core.strategies import Pool
from clear_core.updates import Budget
from tests.core.painted import ColourNetwork, PaintedService, paint
from tests.core.painted_search import SOURCE

DOCUMENT = Path(__file__).parents[2] / "docs" / "write-a-service.md"
WORLD = PaintedService()  # photos of 24 hues, tagged with their hue, "warm" or "cool", and noise


@pytest.fixture(scope="module")
def code() -> str:
    [block] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def answer(path: str) -> tuple[int, str, bytes]:
    """The museum's answer: status, type and body."""
    parts = urlsplit(path)
    params = dict(parse_qsl(parts.query))
    if parts.path == "/search":
        wanted = set(params["tags"].split(","))
        hits = [
            {"id": place, "name": photo.title, "by": photo.owner, "tags": photo.tags}
            for place, photo in enumerate(WORLD.photos)
            if place and wanted <= set(photo.tags)
        ]
        return 200, "application/json", json.dumps({"hits": hits[: int(params["count"])]}).encode()
    if file := re.fullmatch(r"/files/(\d+)\.png", parts.path):
        hue, number = WORLD.photos[int(file[1])].id.split("-")
        return 200, "image/png", paint(hue, int(number) + 1)
    return 404, "text/plain", b"not here"


class Museum:
    """A server on a real socket; ``answer`` may be exchanged."""

    def __init__(self) -> None:
        self.answer: Callable[[str], tuple[int, str, bytes]] = answer
        museum = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = museum.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def museum() -> Iterator[Museum]:
    museum = Museum()
    thread = threading.Thread(target=museum.server.serve_forever)
    thread.start()
    yield museum
    museum.server.shutdown()
    thread.join()
    museum.server.server_close()


def with_service(code: str, museum: Museum, use: Callable[[PhotoService], Any]) -> Any:
    """Run the documented text, make its class, and use it over the real transport."""
    names: dict[str, Any] = {"__name__": "museum"}
    exec(compile(code, str(DOCUMENT), "exec"), names)

    async def run() -> Any:
        async with HttpTransport() as transport:
            return await use(names["Museum"](transport, museum.address))

    return asyncio.run(run())


def ask(code: str, museum: Museum, tag: str, limit: int = 30) -> list[Photo]:
    photos: list[Photo] = with_service(
        code, museum, lambda service: service.search(tag, limit=limit, rng=np.random.default_rng(0))
    )
    return photos


def test_it_is_short(code: str) -> None:
    assert len(code.splitlines()) < 60


def test_it_finds_what_was_asked_for(code: str, museum: Museum) -> None:
    photos = ask(code, museum, "hue08,cool", limit=5)
    assert len(photos) == 5 and all({"hue08", "cool"} <= set(photo.tags) for photo in photos)
    assert photos[0].page_url == f"{museum.address}/photos/{photos[0].id}"
    assert ask(code, museum, "unicorn") == []


def test_a_search_with_it_ends_among_photos_of_the_right_hue(code: str, museum: Museum) -> None:
    async def use(service: PhotoService) -> list[ScoredPhoto]:
        rng = np.random.default_rng(1)
        updates = search(
            SOURCE, service=service, extractor=ColourNetwork(), score=LocalScore(shipped("exponential")),
            strategy=Pool(rng), budget=Budget(queries=30, photos=40, seconds=60), rng=rng,
        )  # fmt: skip
        return [item async for update in updates for item in update.scored]

    best = sorted(with_service(code, museum, use), key=lambda item: -item.score)[:10]
    assert {item.photo.service for item in best} == {"museum"}
    assert sum("hue08" in item.photo.tags for item in best) >= 8


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"hits":7}'])
def test_answers_that_are_no_answers(code: str, museum: Museum, body: bytes) -> None:
    museum.answer = lambda path: (200, "application/json", body)
    with pytest.raises(ServiceError, match="The Museum sent an answer that could not be read"):
        ask(code, museum, "cat")


def test_odd_photos_are_left_out(code: str, museum: Museum) -> None:
    hits = [7, {}, {"id": "../x"}, {"id": "8", "name": 7, "tags": "x"}, {"id": 9, "name": " A\ncat ", "tags": ["a", 1]}]
    museum.answer = lambda path: (200, "application/json", json.dumps({"hits": hits}).encode())
    photos = ask(code, museum, "cat")
    assert [(photo.id, photo.title, photo.tags) for photo in photos] == [("8", "", ()), ("9", "A cat", ("a",))]


def test_faults_are_sentences(code: str, museum: Museum) -> None:
    museum.answer = lambda path: (403, "text/plain", b"no")
    with pytest.raises(ServiceError, match="The Museum refused the question"):
        ask(code, museum, "cat")
