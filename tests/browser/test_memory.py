"""The tag memory: a search teaches, the next one knows, the user sees it, switches it off and has it forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from clear_build.models import LITE0
from tests.browser.clear import ENDED, Clear
from tests.browser.conftest import extension_in
from tests.browser.driver import Page, names
from tests.standin import LibraryPhoto, Standin
from tests.standin.images import picture

FACTS = "document.querySelector('#memory-facts').textContent"
RECORD = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  const store = (await wait(indexedDB.open('clear-memory'))).transaction('memory', '%s').objectStore('memory');
  %s
})()"""
# The extension makes its database, not the test.
MADE = "indexedDB.databases().then(all => all.some(({name}) => name === 'clear-memory'))"
SPOILT = "{bytes: new Uint8Array([1, 2, 3]), photos: 1, names: 1, tags: []}"
SPOIL = RECORD % ("readwrite", f"await wait(store.put({SPOILT}, 'tags/{LITE0}'));")
LEARNED = RECORD % ("readonly", f"return (await wait(store.get('tags/{LITE0}')))?.photos ?? 0;")


def search(clear: Clear, picture: str) -> list[str]:
    """Search to the end; gives the words that Flickr was asked for, in their order."""
    clear.standin.requests.clear()
    popup = clear.search(picture)
    popup.wait_until(ENDED, 120)
    popup.wait_until("document.querySelector('.progress').dataset.state === 'idle'", 30)
    popup.close()
    return [request.params["tags"] for request in clear.standin.asked("www.flickr.com", "/services/feeds/")]


def options(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    page.wait_until("!!document.querySelector('#memory')")
    page.wait_until(MADE)
    return page


def test_what_a_search_teaches_the_next_one_knows(fresh: Clear) -> None:
    page = options(fresh)
    assert page.evaluate(FACTS) == "Nothing yet."
    page.close()
    strange = search(fresh, "/pictures/rose.jpg")[:8]
    assert not {"rose", "flower", "flowers"} & set(strange)  # the network has no class for it

    page = options(fresh)
    page.wait_until(f"{FACTS}.startsWith('Learned from ')")
    first = page.evaluate(LEARNED)
    assert first > 50
    assert page.evaluate("document.querySelectorAll('#memory .chips li').length") > 5
    page.evaluate("document.querySelector('#memory').scrollIntoView()")
    fresh.shoot(page, "options-memory")
    known = search(fresh, "/pictures/rose.jpg")[:8]
    assert {"rose", "flower", "flowers"} & set(known)  # asked at once

    assert page.evaluate(LEARNED) > first + 50
    fresh.click(page, "#forget-memory")
    page.wait_until(f"{FACTS} === 'Nothing yet.'")
    assert page.evaluate(LEARNED) == 0
    assert not {"rose", "flower", "flowers"} & set(search(fresh, "/pictures/rose.jpg")[:8])
    page.close()


def test_memory_can_be_switched_off(fresh: Clear) -> None:
    page = options(fresh)
    page.click("#memory-on")
    page.wait_until("!document.querySelector('#memory-on').checked")
    search(fresh, "/pictures/lemon.jpg")
    assert page.evaluate(LEARNED) == 0
    page.close()


def test_a_spoilt_memory_is_replaced(fresh: Clear) -> None:
    page = options(fresh)
    page.evaluate(LEARNED)  # makes sure that there is a place for it
    page.evaluate(SPOIL)
    search(fresh, "/pictures/lemon.jpg")
    assert page.evaluate(LEARNED) > 50
    page.close()


@pytest.mark.parametrize("browser", names())
def test_private_windows_teach_nothing(
    standin: Standin, browser: str, tmp_path: Path, library: list[LibraryPhoto]
) -> None:
    tiger = tmp_path / "tiger.jpg"
    tiger.write_bytes(picture(next(photo for photo in library if photo.path.stem == "tiger")))
    with extension_in(browser, standin) as clear:
        clear.browser.allow_private()
        page = options(clear)
        private = clear.browser.private_start()
        private.wait_until("!!document.querySelector('#file')")
        private.set_input_files("#file", [tiger])
        private.wait_until(f"['budget', 'exhausted'].includes({ENDED})", 120)
        private.wait_until("document.querySelector('.progress').dataset.state === 'idle'", 30)
        assert page.evaluate(LEARNED) == 0
