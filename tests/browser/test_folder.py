"""A folder of the user's own photos: chosen in the settings, kept in the browser, searched without a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.clear import ENDED, NOTICE, PROBLEM, Clear
from tests.browser.driver import MenuEntry, Page
from tests.services.test_folder import jpeg, xmp
from tests.standin import LibraryPhoto
from tests.standin.images import picture

CHOSEN = "document.querySelector('input[name=service]:checked').value"
KEPT = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  return wait((await wait(indexedDB.open('clear-folder'))).transaction('photos').objectStore('photos').count());
})()"""
ENTRY = MenuEntry("find-similar", "Find similar among my photos")


def settings(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    page.wait_until("!!document.querySelector('#key')")
    return page


@pytest.fixture
def folder(clear: Clear, tmp_path: Path, library: list[LibraryPhoto]) -> Path:
    """A hundred photos, most of them in a list, one with keywords of its own."""
    folder = tmp_path / "holiday"
    below = "deep" if clear.browser.name == "chromium" else "."  # Firefox's driver chooses files, not folders
    (folder / below).mkdir(parents=True)
    listed = []
    for photo in library[::3]:
        (folder / below / f"{photo.id}.jpg").write_bytes(picture(photo))
        listed.append({"file": f"{below}/{photo.id}.jpg".removeprefix("./"), "tags": photo.tags, "title": photo.title})
    tiger = picture(next(photo for photo in library if photo.path.stem == "tiger"))
    marked = jpeg(xmp=xmp("tiger", "animal", title="My tiger", creator="Ada"))
    end = marked.index(b"\xff\xe1")
    size = int.from_bytes(marked[end + 2 : end + 4], "big")
    (folder / "tiger.jpg").write_bytes(tiger[:2] + marked[end : end + 2 + size] + tiger[2:])
    (folder / "photos.json").write_text(json.dumps(listed), encoding="utf-8")
    (folder / "notes.txt").write_text("nothing")
    return folder


def test_ones_own_photos_are_searched_without_a_network(
    clear: Clear, folder: Path, library: list[LibraryPhoto]
) -> None:
    page = settings(clear)
    page.click("input[value=folder]")
    page.wait_until("document.querySelector('#access-refused').textContent.includes('Choose a folder first')")
    assert page.evaluate(CHOSEN) == "flickr_feed"
    page.set_input_files("#folder-files", [folder])
    page.wait_until(f"{CHOSEN} === 'folder'", 60)
    page.wait_until("document.querySelector('#folder').textContent.includes('photos are kept')")
    name = "holiday" if clear.browser.name == "chromium" else str(library[0].id)
    assert name[:4] in page.evaluate("document.querySelector('#folder').textContent")
    assert page.evaluate(KEPT) > 100
    clear.shoot(page, "options-folder")
    clear.standin.requests.clear()
    clear.standin.add_page("/alone/own.html", "<!doctype html><img id=picture src='/pictures/tiger.jpg' width=320>")
    popup = clear.right_click(clear.standin.page_url("/alone/own.html"), "#picture", ENTRY)
    popup.wait_until(ENDED, 120)
    assert popup.evaluate(PROBLEM) is None
    results = clear.results(popup)
    assert len(results) >= 20
    assert (results[0]["title"], results[0]["owner"]) == ("My tiger", "Ada")
    assert {item["link"] for item in results} == {""}  # no address leads to them
    popup.wait_until(
        "[...document.querySelectorAll('#results img')].slice(0, 6).every(image => image.naturalWidth > 0)", 30
    )
    assert all(address.startswith("blob:") for address in popup.evaluate(
        "[...document.querySelectorAll('#results img')].map(image => image.src)"
    ))  # fmt: skip
    text = popup.evaluate("document.body.textContent")
    assert NOTICE not in text and "Nothing leaves this computer" in text
    assert [request for request in clear.standin.requests if request.scheme == "https"] == []
    clear.shoot(popup, "search-folder")
    popup.close()
    page.to_front()
    page.click("#forget-folder")
    page.wait_until(f"{CHOSEN} === 'flickr_feed'")
    assert page.evaluate(KEPT) == 0
    page.close()


def test_a_folder_without_keywords_is_said(clear: Clear, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.jpg").write_bytes(jpeg())
    page = settings(clear)
    page.click("input[value=folder]")
    page.wait_until("!!document.querySelector('#folder-files')")
    page.set_input_files("#folder-files", [tmp_path / "plain"])
    page.wait_until(
        "document.querySelector('#folder-verdict').textContent.includes('No photo in this folder has tags')", 60
    )
    assert page.evaluate(CHOSEN) == "flickr_feed"
    page.close()
