"""Searches that run while something else is looked at, chosen, stopped or deleted; and a browser that keeps nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import sleep, time

import pytest

from tests.browser.chromium import Chromium
from tests.browser.clear import DONE, ENDED, FOUND, PROBLEM, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import names
from tests.standin import Standin
from tests.standin.server import Latency

IDLE = "document.querySelector('.progress')?.dataset.state === 'idle'"
STATE = "document.querySelector('.progress')?.dataset.state"
COMPARED = "Number(document.querySelector('#spent-photos')?.textContent ?? 0)"
NEWEST = "document.querySelector('#history li')"
KEYS = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  return wait((await wait(indexedDB.open('clear'))).transaction('sessions').objectStore('sessions').getAllKeys());
})()"""


CHANGES = """(globalThis.changes = [], new MutationObserver(() => { changes.push(performance.now()); })
  .observe(document.querySelector('.results'), {subtree: true, childList: true, attributes: true}), true)"""


def test_results_and_pictures_come_together_at_most_ten_times_a_second(fresh: Clear) -> None:
    """Whatever changes in a popup makes the browser measure it anew, and who looks at it restless."""
    popup = fresh.search("/pictures/tiger.jpg")
    popup.wait_until("document.querySelector('.results') !== null")
    popup.evaluate(CHANGES)
    popup.wait_until(DONE, 120)
    popup.wait_until("document.querySelectorAll('#results img').length >= 9")
    changes = popup.evaluate("changes")
    assert len(changes) > 8
    assert max(sum(begin <= at < begin + 1000 for at in changes) for begin in changes) <= 10


@pytest.mark.usefixtures("slow")
def test_a_search_goes_on_while_earlier_ones_are_looked_at(clear: Clear, files: dict[str, Path]) -> None:
    page = clear.choose_file(files["tiger"])
    page.wait_until(f"{FOUND} >= 2", 60)
    before = page.evaluate(COMPARED)
    page.click("#open-history")
    page.wait_until(f"{NEWEST}?.innerText.includes('Comparing')")
    clear.shoot(page, "history-running")
    page.evaluate(f"{NEWEST}.querySelector('.reopen').click()")
    page.wait_until(f"({STATE}) === 'running' && {COMPARED} > {before}", 30)
    page.click("#open-history")
    clear.standin.latency = Latency()
    page.wait_until(f"{NEWEST}?.innerText.includes('complete')", 60)  # its end is seen there, too
    page.evaluate(f"{NEWEST}.querySelector('.reopen').click()")
    page.wait_until(f"{DONE} && {IDLE}")
    assert len(clear.results(page)) == 30
    page.close()


@pytest.mark.usefixtures("slow")
def test_a_running_search_that_is_deleted_elsewhere_ends_and_leaves_nothing(
    clear: Clear, files: dict[str, Path]
) -> None:
    page = clear.choose_file(files["tiger"])
    page.wait_until(f"{FOUND} >= 2", 60)
    other = clear.browser.extension_page("popup/popup.html?history")
    other.wait_until(f"!!{NEWEST}")
    id_ = other.evaluate(f"{NEWEST}.dataset.search")
    assert any(id_ in key for key in other.evaluate(KEYS))
    other.evaluate(f"{NEWEST}.querySelector('.round').click()")
    page.wait_until("!!document.querySelector('#file')", 20)  # there is nothing to show any more
    other.wait_until(f"{KEYS}.then(keys => !keys.some(key => key.includes('{id_}')))", 20)
    sleep(1)  # what was on its way arrives; the search itself had several seconds to go
    clear.standin.requests.clear()
    sleep(2)
    assert not [key for key in other.evaluate(KEYS) if id_ in key]
    assert clear.standin.asked("www.flickr.com") == []
    other.close()
    page.close()


@pytest.mark.parametrize("browser", names())
def test_what_is_chosen_or_stopped_while_the_engine_starts(
    standin: Standin, browser: str, tmp_path: Path, files: dict[str, Path]
) -> None:
    """A stuck search is ended with its engine after four seconds, but one that waits for the engine is not stuck.

    Here the extension has patience for four tenths of a second only, as if the engine took a minute to start.
    """
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    client = unpacked / "engine" / "client.js"
    hurried = client.read_text(encoding="utf-8").replace("STOP_MS = 4000;", "STOP_MS = 400;")
    assert "STOP_MS = 400;" in hurried
    client.write_text(hurried, encoding="utf-8")
    with extension_in(browser, standin, unpacked) as clear:
        page = clear.choose_file(files["koala"])
        page.click("#stop")
        page.wait_until(f"({ENDED}) === 'stopped'", 1)
        page.wait_until("!!document.querySelector('#go-on, #try-again')")
        page.click("#new-picture")
        page.wait_until("!!document.querySelector('#file')")
        for name in ("koala", "tiger"):
            page.evaluate("document.querySelector('#new-picture')?.click()")
            page.wait_until("!!document.querySelector('#file')")
            page.set_input_files("#file", [files[name]])
        page.wait_until(f"{DONE} && {IDLE}", 120)
        assert page.evaluate(PROBLEM) is None
        assert "tiger" in clear.results(page)[0]["title"].lower()
        page.close()


@pytest.mark.parametrize("browser", names())
def test_an_engine_with_a_damaged_library_says_so(
    browser: str, standin: Standin, files: dict[str, Path], tmp_path: Path
) -> None:
    unpacked = tmp_path / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    next(unpacked.glob("vendor/python/libraries/PIL/_imaging.*")).write_bytes(b"\0asm, and no more of it")
    with extension_in(browser, standin, unpacked) as clear:
        page = clear.choose_file(files["koala"])
        page.wait_until(f"({PROBLEM})?.includes('could not start')", 30)
        page.wait_until("document.querySelector('#try-again') !== null")
        page.close()
        clear.browser.messages.clear()  # the accident's own


def test_a_search_that_cannot_be_kept_is_shown_all_the_same(standin: Standin, files: dict[str, Path]) -> None:
    with extension_in("chromium", standin) as clear:
        assert isinstance(clear.browser, Chromium)
        page = clear.browser.extension_page("popup/popup.html?start")
        page.wait_until("!!document.querySelector('#file')")
        page.call("Storage.overrideQuotaForOrigin", origin=clear.browser.origin, quotaSize=1)
        page.set_input_files("#file", [files["tiger"]])
        page.wait_until(f"{DONE} && {IDLE}", 120)
        assert len(clear.results(page)) == 30
        assert "cannot store this search" in page.evaluate("document.body.innerText")
        clear.shoot(page, "not-kept")
        assert page.evaluate(KEYS) == []
        popup = clear.right_click(standin.page_url("/pictures/tiger.jpg"), "img")
        popup.wait_until("!!document.querySelector('#problem')", 30)
        assert "no room" in popup.evaluate("document.querySelector('#problem').textContent")
        clear.shoot(popup, "picture-not-kept")
        popup.close()
        page.close()


def test_a_picture_that_never_comes_is_given_up(clear: Clear) -> None:
    """As where the browser ended the background page in the middle of it: only its word is left that it had begun."""
    page = clear.browser.extension_page("options/options.html")
    since = (time() - 28) * 1000
    page.evaluate(
        f"(globalThis.browser ?? chrome).storage.session.set({{'signal/lost': {{state: 'capturing', since: {since}}}}})"
    )
    popup = clear.browser.extension_page("popup/popup.html?session=lost")
    popup.wait_until("document.body.innerText.includes('Taking the picture')")
    clear.shoot(popup, "capturing")
    popup.wait_until("!!document.querySelector('#problem')", 20)
    assert "Drag it here" in popup.evaluate("document.querySelector('#problem').textContent")
    popup.close()
    page.close()
