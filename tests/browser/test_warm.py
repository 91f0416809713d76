"""The engine that Chrome keeps warm from one popup to the next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from tests.browser.chromium import Chromium
from tests.browser.clear import DONE, FOUND, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import poll
from tests.standin import Standin
from tests.standin.server import Latency


@pytest.fixture(scope="module")
def chromium(standin: Standin) -> Iterator[Clear]:
    with extension_in("chromium", standin) as clear:
        yield clear


def engines(clear: Clear) -> list[str]:
    """The engine workers that run."""
    assert isinstance(clear.browser, Chromium)
    script = f"{clear.browser.origin}/engine/worker.js"
    return [t.session for t in clear.browser.targets.copy().values() if t.type == "worker" and t.url == script]


def test_the_next_popup_finds_the_engine_warm(chromium: Clear) -> None:
    popup = chromium.search("/pictures/tiger.jpg")
    popup.wait_until(DONE, 120)
    before = engines(chromium)
    assert len(before) == 1
    popup.close()
    popup = chromium.search("/pictures/rose.jpg")
    popup.wait_until(DONE, 120)
    assert engines(chromium) == before
    popup.close()


def test_popups_that_are_closed_while_the_engine_starts_hold_nobody_up(standin: Standin) -> None:
    with extension_in("chromium", standin) as clear:
        page = clear.browser.open(standin.page_url("/"))
        popup = clear.search("/pictures/tiger.jpg")
        for _ in range(4):
            popup.wait_until("!!document.querySelector('.progress')", 20)
            popup.close()
            clear.browser.toolbar_click(page)
            popup = clear.browser.popup()
        popup.wait_until(f"document.querySelector('#go-on')?.click(), {DONE}", 60)
        assert len(clear.results(popup)) == 30
        popup.close()


def test_a_search_ends_with_its_popup(chromium: Clear) -> None:
    chromium.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = chromium.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 5", 60)
        before = engines(chromium)
        popup.close()
        sleep(2)  # what was under way comes to its end
        chromium.standin.requests.clear()
        sleep(1)
        assert chromium.standin.requests == []
    finally:
        chromium.standin.latency = Latency()
    popup = chromium.search("/pictures/violin.jpg")
    popup.wait_until(DONE, 120)
    assert engines(chromium) == before
    popup.close()


def test_two_searches_at_once_have_an_engine_each(chromium: Clear) -> None:
    chromium.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = chromium.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 2", 60)
        tab = chromium.browser.extension_page("popup/popup.html")
        tab.wait_until("!!document.querySelector('#new-picture')")
        poll(lambda: len(engines(chromium)) == 1, 5, "one engine")
        assert len(engines(chromium)) == 1  # it follows the search of the popup
        tab.close()
    finally:
        chromium.standin.latency = Latency()
    popup.close()


def test_an_idle_engine_that_died_is_started_anew(chromium: Clear) -> None:
    popup = chromium.search("/pictures/tiger.jpg")
    popup.wait_until(DONE, 120)
    popup.close()
    before = engines(chromium)
    assert isinstance(chromium.browser, Chromium)
    chromium.browser.in_worker(before[0], "self.close()")
    poll(lambda: not engines(chromium), 10, "the engine to end")
    popup = chromium.search("/pictures/rose.jpg")
    popup.wait_until(DONE, 120)
    assert len(engines(chromium)) == 1
    popup.close()


def test_an_engine_that_nobody_uses_gives_its_memory_back(standin: Standin, tmp_path: Path) -> None:
    """After five minutes; here the extension is told to wait two seconds."""
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    host = unpacked / "engine" / "host.js"
    text = host.read_text(encoding="utf-8")
    hurried = text.replace("IDLE_MS = 5 * 60_000;", "IDLE_MS = 2_000;").replace("LOOK_MS = 30_000;", "LOOK_MS = 500;")
    assert hurried.count("2_000;") == 1 and hurried.count("LOOK_MS = 500;") == 1
    host.write_text(hurried, encoding="utf-8")
    with extension_in("chromium", standin, unpacked) as clear:
        for _ in range(2):  # it ends, and can be started again
            popup = clear.search("/pictures/tiger.jpg")
            popup.wait_until(DONE, 120)
            assert len(engines(clear)) == 1
            popup.close()
            poll(lambda: not engines(clear), 20, "the engine to end")
