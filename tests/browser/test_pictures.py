"""Pictures of every kind, chosen as files in the popup page: a search, or a sentence and another chance."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.clear import ENDED, PROBLEM, Clear
from tests.browser.driver import Page
from tests.core.pictures import encoded, halves, png_header, texture
from tests.standin import LibraryPhoto

SEEN = "document.querySelectorAll('#classes li').length"


@pytest.fixture
def chooser(clear: Clear) -> Page:
    """The popup page in a tab, waiting for a picture."""
    page = clear.browser.extension_page("popup/popup.html?start")
    page.wait_until("!!document.querySelector('#file')")
    return page


def animation() -> bytes:
    buffer = io.BytesIO()
    texture(1).save(buffer, "GIF", save_all=True, append_images=[texture(2), texture(3)], duration=100)
    return buffer.getvalue()


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(texture(4), "JPEG", exif=exif)


def deep() -> bytes:
    grey = np.linspace(0, 65535, 240 * 320).reshape(240, 320).astype(np.uint16)
    return encoded(Image.fromarray(grey), "PNG")


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">'
    b'<circle cx="150" cy="100" r="80" fill="orange"/></svg>'
)

GOOD = {
    "cmyk.jpg": lambda: encoded(texture(5).convert("CMYK"), "JPEG"),
    "sixteen-bit.png": deep,
    "palette.png": lambda: encoded(texture(6).convert("P"), "PNG", transparency=3),
    "transparent.png": lambda: encoded(halves((200, 30, 30, 255), (0, 0, 0, 0), "RGBA"), "PNG"),
    "rotated.jpg": rotated,
    "animation.gif": animation,
    "drawing.svg": lambda: SVG,
    "modern.avif": lambda: encoded(texture(7), "AVIF"),
    "modern.webp": lambda: encoded(texture(8), "WEBP"),
    "large.jpg": lambda: encoded(texture(9, (6000, 4000)), "JPEG"),
}

BAD = {
    "page.jpg": (lambda: b"<!doctype html><title>gone</title>", "not a picture"),
    "nothing.png": (lambda: b"", "no bytes"),
    "half.jpg": (lambda: encoded(texture(), "JPEG")[:4000], "damaged"),
    "corrupt.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "damaged"),
    "pixel.gif": (lambda: encoded(Image.new("RGB", (1, 1)), "GIF"), "too small"),
    "bomb.png": (lambda: png_header(20_000, 20_000), "too large"),
    "text.svg": (lambda: b"<svg", "not a picture"),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_picture_is_looked_at(clear: Clear, chooser: Page, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(GOOD[name]())
    chooser.set_input_files("#file", [file])
    chooser.wait_until(f"{SEEN} || {PROBLEM}", 60)
    assert chooser.evaluate(PROBLEM) is None
    assert chooser.evaluate(SEEN) >= 5
    chooser.close()


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_said_in_a_sentence(clear: Clear, chooser: Page, tmp_path: Path, name: str) -> None:
    content, words = BAD[name]
    file = tmp_path / name
    file.write_bytes(content())
    clear.standin.requests.clear()  # the search of the test before may have asked until its page had closed
    chooser.set_input_files("#file", [file])
    chooser.wait_until(PROBLEM, 60)
    assert words in chooser.evaluate(PROBLEM)
    assert clear.standin.asked("www.flickr.com") == []  # nothing was asked for it
    clear.shoot(chooser, f"picture-{file.stem}")
    clear.click(chooser, "#new-picture")  # and the next one is welcome
    chooser.wait_until("!!document.querySelector('#file')", 20)
    chooser.close()


def test_after_a_bad_picture_a_good_one_is_searched(
    clear: Clear, chooser: Page, tmp_path: Path, library: list[LibraryPhoto]
) -> None:
    bad, good = tmp_path / "bad.jpg", tmp_path / "good.png"
    bad.write_bytes(b"nothing of the kind")
    chooser.set_input_files("#file", [bad])
    chooser.wait_until(PROBLEM, 60)
    clear.click(chooser, "#new-picture")
    chooser.wait_until("!!document.querySelector('#file')", 20)
    good.write_bytes(next(photo.path for photo in library if photo.path.stem == "tiger").read_bytes())
    chooser.set_input_files("#file", [good])
    chooser.wait_until(f"['budget', 'exhausted'].includes({ENDED})", 120)
    assert len(clear.results(chooser)) == 30
    chooser.close()


def test_the_toolbar_button_asks_for_a_picture(clear: Clear) -> None:
    page = clear.browser.open(clear.standin.page_url("/"))
    clear.browser.toolbar_click(page)
    popup = clear.browser.popup()
    popup.wait_until("!!document.querySelector('#choose') || !!document.querySelector('#new-picture')")
    if popup.evaluate("!document.querySelector('#choose')"):  # it shows the last search of this window
        clear.click(popup, "#new-picture")
        popup.wait_until("!!document.querySelector('#choose')")
    clear.shoot(popup, "start")
    popup.close()
