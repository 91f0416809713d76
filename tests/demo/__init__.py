"""The demo's web page: pictures of different kinds to search for."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Protocol

from tests.standin.images import picture
from tests.standin.photos import LibraryPhoto

_PAGE = Path(__file__).with_name("index.html")

# File stems of the offline library that the network knows well, each of another kind.
FAVOURITES = (
    "dog", "tiger", "rainbow-lorikeet", "clownfish", "grasshopper", "lemon", "broccoli", "rose",
    "guitar_electric", "violin", "sportscar2", "teapot",
)  # fmt: skip


class Server(Protocol):
    """What serves pages: a tests.standin.Standin."""

    def add_page(self, path: str, body: bytes | str, content_type: str = ...) -> None: ...


def mount_demo(server: Server, photos: Sequence[LibraryPhoto], count: int = 12) -> list[tuple[str, LibraryPhoto]]:
    """Serve the page of pictures under /, its pictures under /pictures/NAME.jpg; gives (NAME, photo) in order."""
    chosen = choose(photos, count)
    for name, photo in chosen:
        server.add_page(f"/pictures/{name}.jpg", picture(photo), "image/jpeg")
    server.add_page("/", page(chosen), "text/html")
    return chosen


def choose(photos: Sequence[LibraryPhoto], count: int = 12) -> list[tuple[str, LibraryPhoto]]:
    """(name, photo) of `count` pictures: the favourites first, then others of categories not yet shown."""
    by_stem = {photo.path.stem: photo for photo in photos}
    chosen = {stem: by_stem[stem] for stem in FAVOURITES if stem in by_stem}
    categories = {photo.category for photo in chosen.values()}
    for photo in photos:
        if photo.category not in categories:
            categories.add(photo.category)
            chosen[photo.path.stem] = photo
    return list(chosen.items())[:count]


def page(chosen: Sequence[tuple[str, LibraryPhoto]]) -> str:
    """The page of pictures as HTML."""
    figures = "\n".join(
        f'    <figure><img src="pictures/{html.escape(name)}.jpg" alt="{html.escape(photo.title)}">'
        f"<figcaption>{html.escape(photo.title)}</figcaption></figure>"
        for name, photo in chosen
    )
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(figures=figures)
