"""The engine that is kept warm from one popup to the next: in a page of its own in Chrome, in Firefox's background."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import sleep

import pytest

from tests.browser.chromium import Chromium
from tests.browser.clear import DONE, ENDED, FOUND, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import names, poll
from tests.standin import Standin
from tests.standin.server import Latency


def engines(clear: Clear) -> list[str]:
    """The engines that live, by the locks that they hold as long as they do."""
    names = clear.browser.background("navigator.locks.query().then(({held}) => held.map(({name}) => name))")
    return sorted(name for name in names if name.startswith("engine/"))


def test_the_next_popup_finds_the_engine_warm(clear: Clear) -> None:
    popup = clear.search("/pictures/tiger.jpg")
    popup.wait_until(DONE, 120)
    before = engines(clear)
    assert len(before) == 1
    popup.close()
    clear.standin.requests.clear()
    popup = clear.search("/pictures/rose.jpg")
    popup.wait_until(DONE, 120)
    assert engines(clear) == before
    asked = [request.params["tags"] for request in clear.standin.asked(path="/services/feeds/")]
    assert len(asked) == 110  # begun before the popup was there, and only once
    popup.close()


@pytest.mark.parametrize("browser", names())
def test_a_warm_engine_begins_before_the_popup_and_does_not_go_on_without_it(
    browser: str, standin: Standin, tmp_path: Path
) -> None:
    """The popup of this copy never comes to life."""
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    (unpacked / "popup" / "popup.js").write_text("", encoding="utf-8")
    with extension_in(browser, standin, unpacked) as clear:
        clear.search("/pictures/tiger.jpg")
        poll(lambda: engines(clear), 20, "the engine")
        sleep(3)  # it starts
        clear.search("/pictures/rose.jpg")
        poll(lambda: clear.standin.asked("staticflickr.com"), 10, "the first photo")
        sleep(12)
        clear.standin.requests.clear()
        sleep(2)
        assert clear.standin.requests == []


def test_popups_that_are_closed_while_the_engine_starts_hold_nobody_up(fresh: Clear) -> None:
    page = fresh.browser.open(fresh.standin.page_url("/"))
    popup = fresh.search("/pictures/tiger.jpg")
    for _ in range(4):
        popup.wait_until("!!document.querySelector('.progress')", 20)
        popup.close()
        fresh.browser.toolbar_click(page)
        popup = fresh.browser.popup()
    popup.wait_until(f"document.querySelector('#go-on')?.click(), {DONE}", 60)
    assert len(fresh.results(popup)) == 30
    popup.close()


def test_a_search_ends_with_its_popup(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 5", 60)
        before = engines(clear)
        popup.close()
        sleep(2)  # what was under way comes to its end
        clear.standin.requests.clear()
        sleep(1)
        assert clear.standin.requests == []
    finally:
        clear.standin.latency = Latency()
    popup = clear.search("/pictures/violin.jpg")
    popup.wait_until(DONE, 120)
    assert engines(clear) == before
    popup.close()


def test_two_searches_at_once_have_an_engine_each(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 2", 60)
        tab = clear.browser.extension_page("popup/popup.html")
        tab.wait_until("!!document.querySelector('#new-picture')")
        poll(lambda: len(engines(clear)) == 1, 5, "one engine")
        assert len(engines(clear)) == 1  # it follows the search of the popup
        tab.close()
    finally:
        clear.standin.latency = Latency()
    popup.close()


def test_an_idle_engine_that_died_is_started_anew(standin: Standin) -> None:
    with extension_in("chromium", standin) as clear:  # only its driver can stage the accident
        clear.search("/pictures/tiger.jpg").wait_until(DONE, 120)
        clear.browser.popup().close()
        assert isinstance(clear.browser, Chromium)
        clear.browser.in_worker(clear.browser.worker("engine/worker.js"), "self.close()")
        poll(lambda: not engines(clear), 10, "the engine to end")
        popup = clear.search("/pictures/rose.jpg")
        popup.wait_until(DONE, 120)
        assert len(engines(clear)) == 1
        popup.close()


@pytest.mark.parametrize("browser", names())
def test_an_engine_that_nobody_uses_gives_its_memory_back(browser: str, standin: Standin, tmp_path: Path) -> None:
    """After five minutes; here the extension is told to wait two seconds."""
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    host = unpacked / "engine" / "host.js"
    text = host.read_text(encoding="utf-8")
    hurried = text.replace("IDLE_MS = 5 * 60_000;", "IDLE_MS = 2_000;").replace("LOOK_MS = 20_000;", "LOOK_MS = 500;")
    assert hurried.count("2_000;") == 1 and hurried.count("LOOK_MS = 500;") == 1
    host.write_text(hurried, encoding="utf-8")
    with extension_in(browser, standin, unpacked) as clear:
        for _ in range(2):  # it ends, and can be started again
            popup = clear.search("/pictures/tiger.jpg")
            popup.wait_until(DONE, 120)
            assert len(engines(clear)) == 1
            popup.close()
            poll(lambda: not engines(clear), 20, "the engine to end")


@pytest.mark.skipif("firefox" not in names(), reason="only Firefox sends the engine's page to sleep")
def test_firefox_lets_the_page_of_the_engine_sleep_only_when_nobody_needs_it(standin: Standin) -> None:
    """It would after half a minute in which no event comes."""
    with extension_in("firefox", standin) as clear:
        clear.standin.latency = Latency(query=0.3, thumbnail=3)
        try:
            popup = clear.search("/pictures/tiger.jpg")
            popup.wait_until(f"{FOUND} >= 1", 60)
            before = engines(clear)
            sleep(40)  # nothing happens but the search
            assert engines(clear) == before
            assert popup.evaluate(ENDED) == ""
        finally:
            clear.standin.latency = Latency()
        popup.wait_until(DONE, 120)
        popup.close()
        sleep(40)  # nothing happens at all
        assert engines(clear) == before


def test_searches_need_nothing_from_the_archives_of_python(standin: Standin, tmp_path: Path) -> None:
    """They are large, and Python stands still while one is read: what a search wants is in the snapshot.

    Firefox does not tell what workers say.
    """
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    engine = unpacked / "engine" / "python.js"
    text = engine.read_text(encoding="utf-8")
    reading = "const request = new XMLHttpRequest();"
    assert text.count(reading) == 1
    engine.write_text(text.replace(reading, f"console.info('opened', address); {reading}"), encoding="utf-8")
    with extension_in("chromium", standin, unpacked) as clear:
        for name in ("tiger", "rose"):  # the second one knows what the first has learned
            popup = clear.search(f"/pictures/{name}.jpg")
            popup.wait_until(DONE, 120)
            popup.close()
        assert [message.text for message in clear.browser.messages if "opened" in message.text] == []
