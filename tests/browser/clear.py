"""The extension as a test uses it: by its menu, its popup and what can be read there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.driver import Browser, MenuEntry, Page, Where
from tests.standin import LibraryPhoto, Standin
from tests.standin.images import picture as picture_file

MENU = MenuEntry("find-similar", "Find similar on Flickr")

FOUND = "document.querySelectorAll('#results [data-photo]').length"
NOTICE = "This product uses the Flickr API but is not endorsed or certified by SmugMug, Inc."
ENDED = "(document.querySelector('.progress')?.dataset.ended ?? '')"
SEARCH = "(document.querySelector('.progress')?.dataset.search ?? '')"
DONE = f"['budget', 'exhausted'].includes({ENDED})"
PROBLEM = "document.querySelector('#problem')?.textContent"
SET = "(e, v) => { e.value = v; for (const t of ['input', 'change']) e.dispatchEvent(new Event(t, {bubbles: true})); }"
# What moves for ever, or for long, is not waited for.
REST = """Promise.race([new Promise(late => setTimeout(late, 500)), Promise.allSettled(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime < 1000).map(one => one.finished))]).then(() => 1)"""
KEPT = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  const store = (await wait(indexedDB.open('clear'))).transaction('sessions').objectStore('sessions');
  const keys = await wait(store.getAllKeys()), values = await wait(store.getAll());
  const id = keys.filter(key => key.startsWith('record/')).at(-1).slice(7);
  const parts = values.filter((_, i) => keys[i].startsWith(`part/${id}/`));
  return parts.flatMap(({scored}) => scored.map(({photo, score}) => [photo.id, score]));
})()"""
RESULTS = """[...document.querySelectorAll('#results [data-photo]')].map(tile => ({
  id: tile.dataset.photo, score: Number(tile.dataset.score), title: tile.querySelector('.title').textContent,
  owner: tile.querySelector('.owner').textContent, license: tile.querySelector('.license').textContent,
  tag: tile.querySelector('.found-by .name').textContent, link: tile.querySelector('.title a').href,
  loaded: tile.querySelector('img')?.naturalWidth > 0}))"""


def choose(page: Page, selector: str, value: str) -> None:
    """Set a field, as a user does who chooses from a list or moves a slider."""
    page.evaluate(f"({SET})(document.querySelector({selector!r}), {json.dumps(value)})")


@dataclass(frozen=True)
class Clear:
    """The extension in a running browser, over a stand-in."""

    browser: Browser
    standin: Standin
    screenshots: Path

    def search(self, picture: str, photo: LibraryPhoto | None = None) -> Page:
        """Open a page with the picture alone, right-click it and choose the entry; gives the popup.

        ``photo`` is served under the address first; without it something must be there already.
        """
        if photo is not None:
            self.standin.add_page(picture, picture_file(photo), "image/jpeg")
        path = f"/alone/{picture.strip('/').replace('/', '-')}.html"
        self.standin.add_page(path, f"<!doctype html><title>A page</title><img id=picture src='{picture}' width=320>")
        return self.right_click(self.standin.page_url(path), "#picture")

    def choose_file(self, file: Path) -> Page:
        """Begin a search with a picture file, in a tab of its own."""
        tab = self.browser.extension_page("popup/popup.html?start")
        tab.wait_until("!!document.querySelector('#file')")
        tab.set_input_files("#file", [file])
        tab.wait_until("!!document.querySelector('.progress')")
        return tab

    def right_click(self, url: str, selector: str, entry: MenuEntry = MENU) -> Page:
        """Right-click an element of a page and choose the entry; gives the popup."""
        page = self.browser.open(url)
        page.wait_until(f"document.querySelector({selector!r})?.complete ?? true")
        return self.right_click_on(page, selector, entry)

    def right_click_on(self, page: Page, where: Where, entry: MenuEntry = MENU) -> Page:
        """The same on a page that is open."""
        page.right_click_menu(where, entry)
        return self.browser.popup()

    def another(self, popup: Page, begin: Callable[[], None]) -> None:
        """Do what begins another search on the same page, and wait for its end, however soon that comes."""
        before = popup.evaluate(SEARCH)
        begin()
        popup.wait_until(f"{SEARCH} !== {json.dumps(before)} && {ENDED}", 120)

    def click(self, popup: Page, selector: str) -> None:
        """Click a button that is there now or will be soon."""
        popup.wait_until(f"!!document.querySelector({selector!r})", 20)
        popup.click(selector)

    def reload(self, page: Page) -> None:
        """Load a page anew. The old one is still there for a moment, with all that it shows."""
        page.evaluate("void (globalThis.isOld = true, location.reload())")
        page.wait_until("!globalThis.isOld")

    def results(self, popup: Page) -> list[dict[str, Any]]:
        """The tiles of the grid, in their order."""
        found: list[dict[str, Any]] = popup.evaluate(RESULTS)
        return found

    def kept(self, page: Page) -> list[tuple[str, float]]:
        """The photos of the newest search that are kept on the disk, with their scores."""
        return [(photo, score) for photo, score in page.evaluate(KEPT)]

    def shoot(self, page: Page, name: str) -> Path:
        """Save a screenshot for people to look at, when what moves on the page has come to rest."""
        page.evaluate(REST)
        path = self.screenshots / self.browser.name / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path)
        return path
