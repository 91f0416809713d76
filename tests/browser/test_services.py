"""Other services than Flickr: chosen in the settings, allowed by the user, searched, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.clear import ENDED, NOTICE, PROBLEM, Clear
from tests.browser.driver import MenuEntry, Page, poll
from tests.standin import faults

CHOSEN = "document.querySelector('input[name=service]:checked').value"
REFUSED = "document.querySelector('#access-refused .notice')?.textContent"
SAVED = "document.querySelector('.saved.show') !== null"
KEPT = """(globalThis.browser ?? chrome).storage.local.get(['service', 'budget'])
  .then(({service, budget}) => (service ?? 'flickr_feed') === '%s' && budget.queries === %d)"""
IN_FORCE = """(globalThis.browser ?? chrome).storage.local.get('service')
  .then(({service}) => (service ?? 'flickr_feed') === '%s')"""
MAY = "(globalThis.browser ?? chrome).permissions.contains({origins: ['https://%s/*']})"
STATUS = "document.querySelector('#status')?.textContent"
# Not the database itself: an engine that is kept warm has it open.
FORGET = """import('/vendor/js/idb-keyval.mjs').then(
  ({clear, createStore}) => clear(createStore('clear-quota', 'quota')))"""


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(clear: Clear) -> Iterator[None]:
    """The stand-in forgets who asked how often, and so does the browser; the service is the first again."""
    for throttle in (clear.standin.openverse.throttle, clear.standin.openverse.thumbnails):
        throttle.forget()
    page = settings(clear)
    page.evaluate(FORGET)
    page.close()
    yield
    page = settings(clear)
    page.click("input[value=flickr_feed]")
    page.wait_until(f"{CHOSEN} === 'flickr_feed'")
    page.wait_until(IN_FORCE % "flickr_feed")  # or else the page is drawn anew under what is typed
    page.fill("#budget-queries", "110")
    page.evaluate("document.querySelector('#budget-queries').dispatchEvent(new Event('change', {bubbles: true}))")
    page.wait_until(KEPT % ("flickr_feed", 110))  # closed before, Firefox would note that the page left a wish open
    page.close()


def settings(clear: Clear) -> Page:
    page = clear.browser.extension_page("options/options.html")
    page.wait_until("!!document.querySelector('#key')")
    return page


GRANTED: set[tuple[Clear, str]] = set()


def answer(clear: Clear, page: Page, service: str, *, allow: bool = True) -> None:
    """Answer the browser's question. Chrome does not ask again for what was once allowed and given back."""
    if clear.browser.name == "firefox" or (clear, service) not in GRANTED:
        clear.browser.answer(page, allow)
    if allow:
        GRANTED.add((clear, service))


def choose(clear: Clear, service: str, *, allow: bool = True, queries: int = 110) -> Page:
    """Choose a service and answer the browser's question."""
    page = settings(clear)
    page.fill("#budget-queries", str(queries))
    page.evaluate("document.querySelector('#budget-queries').dispatchEvent(new Event('change', {bubbles: true}))")
    page.wait_until(SAVED)
    page.click(f"input[value={service}]")
    answer(clear, page, service, allow=allow)
    page.wait_until(KEPT % (service, queries) if allow else REFUSED)
    return page


def searched(clear: Clear, picture: str, title: str) -> Page:
    popup = begun(clear, picture, title)
    popup.wait_until(ENDED, 120)
    return popup


def begun(clear: Clear, picture: str, title: str) -> Page:
    """Right-click a picture, and take the entry with the service's name."""
    path = "/alone/other-service.html"
    clear.standin.add_page(path, f"<!doctype html><title>A page</title><img id=picture src='{picture}' width=320>")
    page = clear.browser.open(clear.standin.page_url(path))
    page.wait_until("document.querySelector('#picture').complete")
    page.right_click_menu("#picture", MenuEntry("find-similar", f"Find similar on {title}"))
    return clear.browser.popup()


def test_access_that_is_refused_changes_nothing(clear: Clear) -> None:
    page = choose(clear, "commons", allow=False)
    assert "Wikimedia Commons" in page.evaluate(REFUSED)
    assert page.evaluate(CHOSEN) == "flickr_feed"
    clear.shoot(page, "options-refused")
    assert not page.evaluate(MAY % "commons.wikimedia.org")
    page.close()
    popup = searched(clear, "/pictures/lemon.jpg", "Flickr")
    assert popup.evaluate(PROBLEM) is None
    assert NOTICE in popup.evaluate("document.body.innerText")
    popup.close()


SERVICES = [
    ("openverse", "Openverse", "openverse.org", {"api.openverse.org"}, {"api.openverse.org"}),
    (
        "commons", "Wikimedia Commons", "commons.wikimedia.org", {"commons.wikimedia.org"},
        {"upload.wikimedia.org", "thumb.wikimedia.org"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("service", "title", "page_host", "hosts", "files"), SERVICES, ids=["openverse", "commons"])
def test_a_whole_search(
    clear: Clear, service: str, title: str, page_host: str, hosts: set[str], files: set[str]
) -> None:
    page = choose(clear, service, queries=14 if service == "openverse" else 110)
    assert title in page.evaluate("document.body.innerText")
    clear.shoot(page, f"options-{service}")
    page.close()
    clear.standin.requests.clear()
    popup = searched(clear, "/pictures/tiger.jpg", title)
    assert popup.evaluate(PROBLEM) is None and popup.evaluate(ENDED) in ("budget", "exhausted")
    results = clear.results(popup)
    assert len(results) >= 20 and "iger" in results[0]["title"]
    for item in results:
        assert urlsplit(item["link"]).hostname == page_host
        assert item["owner"] and item["license"] and item["tag"]
    popup.wait_until(
        "[...document.querySelectorAll('#results img')].slice(0, 6).every(image => image.naturalWidth > 0)", 30
    )
    text = popup.evaluate("document.body.textContent")
    assert NOTICE not in text and f"Asked {title} for" in text and f"{title} is only asked for words" in text
    clear.shoot(popup, f"search-{service}")
    asked = [request for request in clear.standin.requests if request.scheme == "https"]
    assert {request.host for request in asked} <= hosts | files
    assert hosts <= {request.host for request in asked} and files & {request.host for request in asked}
    assert all("cookie" not in request.headers and "referer" not in request.headers for request in asked)
    assert clear.standin.openverse.throttle.refused == clear.standin.openverse.thumbnails.refused == 0
    popup.close()


def test_access_is_given_back_and_an_old_search_asks_for_it_again(clear: Clear) -> None:
    page = choose(clear, "commons", queries=40)
    assert page.evaluate(MAY % "commons.wikimedia.org") and page.evaluate(MAY % "upload.wikimedia.org")
    popup = searched(clear, "/pictures/rose.jpg", "Wikimedia Commons")
    found = {item["id"] for item in clear.results(popup)}
    popup.click("#open-tab")
    poll(lambda: popup.closed, 10, "the popup to close")
    tab = clear.browser.popup()
    page.to_front()
    page.click("input[value=flickr_feed]")
    page.wait_until(f"({MAY % 'commons.wikimedia.org'}).then(may => !may)")
    assert page.evaluate(
        "(globalThis.browser ?? chrome).permissions.contains({origins: ['https://live.staticflickr.com/*']})"
    )
    page.close()
    tab.to_front()
    clear.reload(tab)
    tab.wait_until("document.querySelectorAll('#results [data-photo]').length >= 10", 20)
    assert {item["id"] for item in clear.results(tab)} == found  # and they link to Commons still
    assert all(urlsplit(item["link"]).hostname == "commons.wikimedia.org" for item in clear.results(tab))
    tab.wait_until("document.querySelector('.notice')?.textContent.includes('Wikimedia Commons')")
    clear.shoot(tab, "access-needed")
    tab.click(".notice button")
    answer(clear, tab, "commons")
    tab.wait_until("document.querySelector('.notice') === null")
    clear.standin.requests.clear()
    clear.click(tab, "#go-on")
    tab.wait_until(f"({ENDED}) === ''", 20)
    tab.wait_until(ENDED, 120)
    assert clear.standin.asked("commons.wikimedia.org") and not clear.standin.asked("flickr.com")
    tab.close()


def test_a_service_that_says_no_is_named(clear: Clear) -> None:
    choose(clear, "openverse").close()
    clear.standin.faults = faults.on(faults.status(429, {"Retry-After": "3000"}), host="api.openverse.org")
    popup = searched(clear, "/pictures/orange.jpg", "Openverse")
    assert "Openverse is busy" in popup.evaluate(PROBLEM)
    assert clear.results(popup) == []
    popup.close()


def test_a_search_waits_for_openverse_and_says_so(clear: Clear) -> None:
    """Two searches ask for more questions and more thumbnails than a minute allows."""
    choose(clear, "openverse").close()
    clear.standin.requests.clear()
    popup = begun(clear, "/pictures/violin.jpg", "Openverse")
    waits = f"{STATUS}.includes('Openverse answers so many questions a minute')"
    popup.wait_until(f"{waits} || {ENDED}", 60)
    if popup.evaluate(ENDED):
        assert popup.evaluate(PROBLEM) is None
        clear.click(popup, "#again")
        popup.wait_until(waits, 60)
    clear.shoot(popup, "openverse-waits")
    clear.click(popup, "#stop")
    popup.wait_until(f"({ENDED}) === 'stopped'", 20)
    assert clear.standin.openverse.throttle.refused == clear.standin.openverse.thumbnails.refused == 0
    assert len([request for request in clear.standin.asked("api.openverse.org") if request.params]) <= 20
    popup.close()
