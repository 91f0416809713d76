"""The image host, the pages of photos, web pages of tests and the demo."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

from tests.demo import mount_demo
from tests.standin import LibraryPhoto, Standin
from tests.standin.photos import SIZES

from .conftest import Client


def test_every_size_has_its_longest_side(client: Client, library: list[LibraryPhoto]) -> None:
    photo = max(library, key=lambda p: max(p.width, p.height))
    for letter, (_, longest) in SIZES.items():
        reply = client.get(photo.file_url(letter))
        image = Image.open(io.BytesIO(reply.body))
        assert (reply.status, reply.headers["content-type"], image.format) == (200, "image/jpeg", "JPEG")
        assert image.size == photo.size(letter)
        assert max(image.size) == longest
    assert reply.headers["access-control-allow-origin"] == "*"


def test_transparent_pictures_get_a_white_ground(client: Client, library: list[LibraryPhoto]) -> None:
    photo = next(p for p in library if p.path.stem == "dog")
    image = Image.open(io.BytesIO(client.get(photo.file_url("n")).body))
    assert image.mode == "RGB"
    corner = image.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert min(corner) > 250


def test_unknown_files_are_404(client: Client, library: list[LibraryPhoto]) -> None:
    small = next(p for p in library if p.size("n") is None)
    path = library[0].file_url("n")
    secret = library[0].secret
    for url in (
        path.replace(secret, "0123456789"), path.replace("_n.", "_y."), small.file_url("n"),
        "https://live.staticflickr.com/1/2_3.jpg", "https://live.staticflickr.com/robots.txt",
    ):  # fmt: skip
        assert client.get(url).status == 404, url


def test_a_result_leads_to_a_page_of_the_photo(client: Client, library: list[LibraryPhoto]) -> None:
    photo = next(p for p in library if p.owner_alias)
    for owner in (photo.owner, photo.owner_alias):
        page = client.get(f"https://www.flickr.com/photos/{owner}/{photo.id}")
        assert page.status == 200
        assert photo.id in page.body.decode()
    assert client.get(f"https://www.flickr.com/photos/somebody-else/{photo.id}").status == 404


def test_pages_under_two_origins(tmp_path: Path, library: list[LibraryPhoto]) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text("<p>from the folder")
    with Standin(library, site=tmp_path / "sub") as standin:
        standin.add_page("/p.svg", "<svg/>", "image/svg+xml", {"Access-Control-Allow-Origin": "*"})
        for host in ("127.0.0.1", "localhost"):
            with urllib.request.urlopen(standin.page_url("/p.svg", host)) as reply:
                assert reply.read() == b"<svg/>"
                assert reply.headers["Access-Control-Allow-Origin"] == "*"
            with urllib.request.urlopen(standin.page_url("/", host)) as reply:
                assert reply.read() == b"<p>from the folder"
        assert [r.host for r in standin.asked(path="/p.svg")] == ["127.0.0.1", "localhost"]
        (tmp_path / "secret.txt").write_text("outside")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(standin.page_url("/%2e%2e/secret.txt"))


def test_demo_page_shows_real_pictures_of_different_kinds(standin: Standin, library: list[LibraryPhoto]) -> None:
    chosen = mount_demo(standin, library)
    assert len(chosen) == 12
    assert len({photo.category for _, photo in chosen}) >= 9
    with urllib.request.urlopen(standin.page_url()) as reply:
        text = reply.read().decode()
    assert "Find similar on Flickr" in text
    for name, _ in chosen:
        assert f'src="pictures/{name}.jpg"' in text
        with urllib.request.urlopen(standin.page_url(f"/pictures/{name}.jpg")) as reply:
            assert max(Image.open(io.BytesIO(reply.read())).size) > 200
