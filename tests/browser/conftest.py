"""What the tests of the whole way share: the library, the stand-in that serves it, a browser with the extension."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.clear import Clear
from tests.browser.driver import Options, launch, names
from tests.demo import mount_demo
from tests.standin import LibraryPhoto, Standin, offline_library
from tests.standin.images import picture
from tests.standin.server import Latency

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "dist" / "unpacked"
SCREENSHOTS = ROOT / "dist" / "screenshots"
DARK = os.environ.get("CLEAR_THEME") == "dark"


@pytest.fixture(scope="session")
def library() -> list[LibraryPhoto]:
    return offline_library()


@pytest.fixture(scope="session")
def standin(library: list[LibraryPhoto]) -> Iterator[Standin]:
    with Standin(library) as server:
        mount_demo(server, library)
        yield server


def screenshots() -> Path:
    """Where those go that are in one theme only."""
    return SCREENSHOTS / "dark" if DARK else SCREENSHOTS


@pytest.fixture
def slow(standin: Standin) -> Iterator[None]:
    """So slow that there is time to interfere with a search."""
    standin.latency = Latency(query=0.3, thumbnail=0.1)
    yield
    standin.latency = Latency()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, library: list[LibraryPhoto]) -> dict[str, Path]:
    """Pictures to choose."""
    folder = tmp_path_factory.mktemp("pictures")
    chosen = {photo.path.stem: photo for photo in library if photo.path.stem in ("tiger", "koala")}
    for name, photo in chosen.items():
        (folder / f"{name}.jpg").write_bytes(picture(photo))
    return {name: folder / f"{name}.jpg" for name in chosen}


@contextmanager
def extension_in(
    browser_name: str, standin: Standin, extension: Path = EXTENSION, *, log_requests: bool = False
) -> Iterator[Clear]:
    """The extension, byte for byte as shipped, in a real browser; Flickr's host names lead to the stand-in."""
    options = Options(extension, hosts=standin.hosts, trusted=standin.spki, log_requests=log_requests, dark=DARK)
    with launch(browser_name, options) as browser:
        yield Clear(browser, standin, screenshots())
        assert browser.errors == []


@pytest.fixture(scope="module", params=names())
def clear(request: pytest.FixtureRequest, standin: Standin) -> Iterator[Clear]:
    """One browser for all tests of a file."""
    with extension_in(str(request.param), standin) as clear:
        yield clear


@pytest.fixture(params=names())
def fresh(request: pytest.FixtureRequest, standin: Standin) -> Iterator[Clear]:
    """A browser for this test alone: nothing is in its cache, and nothing is known to it."""
    with extension_in(str(request.param), standin) as clear:
        yield clear


@pytest.fixture(autouse=True)
def untroubled(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins with a service that works and a log that is empty."""
    if "standin" in request.fixturenames:
        server: Standin = request.getfixturevalue("standin")
        server.faults = None
        server.requests.clear()
    yield
