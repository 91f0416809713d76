"""The result page: narrowing down, looking closely, cutting out, leaving out; with the mouse and with the keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser.chromium_page import ChromiumPage
from tests.browser.clear import DONE, ENDED, FOUND, Clear, choose
from tests.browser.conftest import extension_in
from tests.browser.driver import Page, names
from tests.browser.test_looks import accessible
from tests.standin import Standin, faults
from tests.standin.server import Latency

IDLE = "document.querySelector('.progress')?.dataset.state === 'idle'"
FOCUSED = "document.activeElement?.closest('[data-photo]')?.dataset.photo ?? ''"
QUOTA = "document.querySelector('.quota')?.textContent"
SHOWN = "[...document.querySelectorAll('#results [data-photo]')].map(tile => tile.dataset.photo)"
TAGS = "[...document.querySelectorAll('#tags [data-tag]')].map(row => row.dataset.tag)"
DETAILS = "document.querySelector('dialog.details[open] h2')?.textContent ?? ''"
CROP = "!!document.querySelector('dialog.cropper[open] img')?.naturalWidth"
SOURCE = "(i => [i.naturalWidth, i.naturalHeight])(document.querySelector('.source-frame img'))"
COLUMNS = "getComputedStyle(document.querySelector('#results')).gridTemplateColumns.split(' ').length"
FRAME = "(e => [e.getAttribute('aria-label'), e.getBoundingClientRect().width])(document.querySelector('.cut-frame'))"
STAGE = "(b => [b.left, b.top, b.width, b.height])(document.querySelector('.stage').getBoundingClientRect())"
ACTIVE = "document.activeElement.id"
SIX = "[...document.querySelectorAll('#results img')].slice(0, 6)"


@pytest.fixture(scope="module", params=names())
def tiger(request: pytest.FixtureRequest, standin: Standin) -> Iterator[tuple[Clear, Page]]:
    """A search with a tiger that has ended, in a tab, for all tests that change nothing of it."""
    with extension_in(str(request.param), standin) as clear:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until(f"{DONE} && {IDLE}", 120)
        yield clear, popup


def test_photos_are_narrowed_down_without_a_question(tiger: tuple[Clear, Page]) -> None:
    clear, page = tiger
    before = page.evaluate(SHOWN)
    page.wait_until(f"/[1-9]\\d* of 3,600/.test({QUOTA})")
    clear.standin.requests.clear()
    page.press("/")
    page.wait_until("document.activeElement.id === 'filter-words'")
    page.fill("#filter-words", "zebra")
    page.wait_until(f"{FOUND} > 0 && {FOUND} < {len(before)}")
    assert all("zebra" in (item["title"] + item["tag"]).lower() for item in clear.results(page))
    clear.shoot(page, "filtered")
    page.press("Escape")
    page.wait_until(f"{FOUND} === {len(before)}")
    choose(page, "#filter-license", "share")
    page.wait_until("!!document.querySelector('#filtered-out')")  # the feed tells no licences, and the page says so
    assert "Without a key" in page.evaluate("document.querySelector('#filtered-out').textContent")
    clear.shoot(page, "filtered-out")
    accessible(page)
    page.click("#filtered-out .button")
    page.wait_until(f"{FOUND} === {len(before)} && {ACTIVE} === 'filter-words'")  # the button is gone, the focus is not
    best = clear.results(page)[0]["score"]
    choose(page, "#filter-score", "50")
    page.wait_until(f"{FOUND} < {len(before)}")
    assert all(item["score"] >= best / 2 for item in clear.results(page))
    choose(page, "#filter-score", "0")
    for shape, fits in [("wide", "r >= 1.1"), ("tall", "r <= 1 / 1.1")]:
        choose(page, "#filter-shape", shape)
        # One question for all of it: between two the grid may put in pictures that have not come yet.
        page.wait_until(f"{FOUND} > 0 && {SIX}.map(i => i.naturalWidth / i.naturalHeight).every(r => {fits})")
    choose(page, "#filter-shape", "any")
    page.wait_until(f"{SHOWN}.join() === {json.dumps(','.join(before))}")
    assert clear.standin.asked("www.flickr.com") == []


def test_arrow_keys_walk_through_the_grid_and_enter_looks_closely(tiger: tuple[Clear, Page]) -> None:
    clear, page = tiger
    shown = page.evaluate(SHOWN)
    columns = page.evaluate(COLUMNS)
    page.evaluate("document.querySelector('#results .open').focus()")
    walk = {"ArrowRight": 1, "ArrowDown": 1 + columns, "ArrowLeft": columns, "ArrowUp": 0, "End": len(shown) - 1}
    for key, place in walk.items():
        page.press(key)
        assert page.evaluate(FOCUSED) == shown[place], key
    page.press("Home")
    reachable = "document.querySelectorAll('#results [data-photo] :is(button, a):not([tabindex=\"-1\"])').length"
    page.wait_until(f"{reachable} <= 7")  # Tab leads through one photo, not through thirty
    clear.shoot(page, "focus")
    page.press("Enter")
    first = clear.results(page)[0]
    page.wait_until(f"{DETAILS} === {json.dumps(first['title'])}")
    page.wait_until("document.querySelector('.large.there') !== null", 20)
    large = page.evaluate("document.querySelector('.large .full').naturalWidth")
    assert large > page.evaluate("document.querySelector('.large .small').naturalWidth")
    clear.shoot(page, "details")
    said = page.evaluate("document.querySelector('dialog.details').innerText")
    assert first["owner"] in said and first["license"] in said
    assert page.evaluate("document.querySelector('.details a.primary').href") == first["link"]
    liked = "[...document.querySelectorAll('.like[aria-pressed=true]')].length"
    clear.click(page, ".details .like")
    page.wait_until(f"{liked} === 2")  # in the tile behind it too
    clear.shoot(page, "details-liked")
    clear.click(page, ".details .like")
    page.wait_until(f"{liked} === 0")
    page.click("#details-previous")  # there is none, and the keys go on working
    page.press("ArrowRight")
    page.wait_until(f"{DETAILS} === {json.dumps(clear.results(page)[1]['title'])}")
    page.click(".large")
    page.press("ArrowLeft")
    page.wait_until(f"{DETAILS} === {json.dumps(first['title'])}")
    page.press("ArrowRight")
    page.wait_until(f"{DETAILS} === {json.dumps(clear.results(page)[1]['title'])}")
    page.press("Escape")
    page.wait_until("!document.querySelector('dialog[open]')")
    page.wait_until(f"{FOCUSED} === {json.dumps(shown[1])}")  # where one was, and the popup is still there


def test_lines_lead_from_a_photo_to_the_tag_that_found_it_and_back(tiger: tuple[Clear, Page]) -> None:
    clear, page = tiger
    page.evaluate("document.querySelector('#results .open').focus()")
    page.press("ArrowRight")
    page.wait_until("document.querySelectorAll('.lines path').length === 1")
    why = page.evaluate("document.querySelector('#why').textContent")
    assert why.strip() == f"Found by {clear.results(page)[1]['tag']}"
    clear.shoot(page, "lines")
    found_by = [item["id"] for item in clear.results(page) if item["tag"] == "tiger"]
    page.evaluate("document.querySelector('#tags [data-tag=tiger] .only').focus()")
    page.wait_until("document.querySelectorAll('#results [data-lit]').length > 0")
    lit = "[...document.querySelectorAll('#results [data-lit]')].map(tile => tile.dataset.photo)"
    assert page.evaluate(lit) == found_by
    page.press("Enter")  # only photos with this tag
    page.wait_until(f"{FOUND} > 0 && {FOUND} < 30")
    assert set(found_by) <= set(page.evaluate(SHOWN))
    page.click("#filter-clear")
    page.wait_until(f"{FOUND} === 30")


def test_pages_are_turned_and_a_picture_that_is_dragged_is_awaited(tiger: tuple[Clear, Page]) -> None:
    clear, page = tiger
    first = page.evaluate(SHOWN)
    page.evaluate("document.querySelector('#next').scrollIntoView()")
    page.click("#next")
    page.wait_until(f"!{SHOWN}.includes({json.dumps(first[0])})")
    second = page.evaluate(SHOWN)
    assert len(second) == 30 and not set(first) & set(second)
    clear.shoot(page, "page-2")
    for _ in range(5):  # further than there are pages: the last one stays, and the focus on its button
        page.press("Enter")
    page.wait_until("/^(\\d) of \\1$/.test(document.querySelector('.pager span').textContent)")
    assert page.evaluate(ACTIVE) == "next"
    assert page.evaluate("document.querySelector('#next').getAttribute('aria-disabled')") == "true"
    page.evaluate("document.querySelector('#previous').focus()")
    for _ in range(3):
        page.press("Enter")
    page.wait_until(f"{SHOWN}.join() === {json.dumps(','.join(first))}")
    page.evaluate("void dispatchEvent(new DragEvent('dragenter', {cancelable: true}))")
    page.wait_until("!!document.querySelector('.drop-veil')")
    clear.shoot(page, "drop")
    page.evaluate("void dispatchEvent(new DragEvent('dragleave'))")
    page.wait_until("!document.querySelector('.drop-veil')")


def test_nothing_moves_for_who_wants_no_motion(tiger: tuple[Clear, Page]) -> None:
    _, page = tiger
    if not isinstance(page, ChromiumPage):
        return  # the other driver cannot ask for it
    moving = "(document.querySelector('%s').click(), new Promise(done => setTimeout(done, 50)))"
    running = "document.getAnimations().filter(one => one.playState === 'running').length"
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    page.evaluate(moving % "#next")
    assert page.evaluate(running) == 0
    page.call("Emulation.setEmulatedMedia", features=[])
    page.evaluate(moving % "#previous")
    assert page.evaluate(running) > 0


def test_a_part_of_the_picture_is_searched_with(clear: Clear) -> None:
    popup = clear.search("/pictures/rose.jpg")
    popup.wait_until(f"{DONE} && {IDLE}", 120)
    whole = popup.evaluate(SOURCE)
    popup.click("#crop")
    popup.wait_until(CROP)
    left, top, width, height = popup.evaluate(STAGE)
    popup.drag((left + 0.02 * width, top + 0.02 * height), (left + 0.52 * width, top + 0.52 * height))  # a new frame
    popup.wait_until(f"Math.abs({FRAME}[1] / {width} - 0.5) < 0.03")
    popup.drag((left + 0.52 * width, top + 0.52 * height), (left + 0.77 * width, top + 0.52 * height))  # its corner
    popup.wait_until(f"Math.abs({FRAME}[1] / {width} - 0.75) < 0.03")
    popup.evaluate("document.querySelector('.corner.bottom_right').focus()")
    for _ in range(25):
        popup.press("ArrowLeft")
    popup.wait_until(f"Math.abs({FRAME}[1] / {width} - 0.5) < 0.03")
    clear.shoot(popup, "crop")
    said = popup.evaluate(f"{FRAME}[0]")
    popup.click("#crop-use")
    popup.wait_until(f"({ENDED}) === ''", 20)
    popup.wait_until(f"{DONE} && {IDLE}", 120)
    part = popup.evaluate(SOURCE)
    assert [abs(p / w - 0.5) < 0.04 for p, w in zip(part, whole, strict=True)] == [True, True]
    assert f"{part[0]} × {part[1]}" in said
    assert "cut out" in popup.evaluate("document.querySelector('figcaption').textContent")
    popup.click("#crop")
    popup.wait_until(CROP)
    popup.press("Escape")
    popup.wait_until(f"!document.querySelector('dialog[open]') && {ACTIVE} === 'crop'")
    popup.close()


def test_a_tag_is_never_wanted_again_until_it_is_taken_back(fresh: Clear) -> None:
    popup = fresh.search("/pictures/tiger.jpg")
    popup.wait_until(f"{DONE} && {IDLE}", 120)
    assert "tiger" in popup.evaluate(TAGS)
    popup.evaluate("document.querySelectorAll('#results .open')[0].click()")
    popup.wait_until(f"{DETAILS} !== ''")
    popup.evaluate("document.querySelector('.photo-tags [aria-label^=\"Never tiger:\"]').click()")
    popup.wait_until(f"!document.querySelector('dialog[open]') && !{TAGS}.includes('tiger')")
    popup.wait_until("document.querySelector('#refused').textContent.includes('tiger')")
    popup.wait_until(f"{ACTIVE} === 'undo-never'")
    popup.wait_until("[...document.querySelectorAll('.said')].some(said => said.textContent.includes('tiger'))")
    assert all("tiger" not in item["title"].lower() for item in fresh.results(popup))
    fresh.shoot(popup, "never")
    popup.close()

    fresh.standin.requests.clear()
    popup = fresh.search("/pictures/tiger.jpg")
    popup.wait_until(f"{DONE} && {IDLE}", 120)
    asked = [request.params["tags"] for request in fresh.standin.asked("www.flickr.com")]
    assert asked and not [arm for arm in asked if "tiger" in arm.split(",")]
    assert all("tiger" not in item["title"].lower() for item in fresh.results(popup))
    popup.close()

    settings = fresh.browser.extension_page("options/options.html")
    settings.wait_until("document.querySelectorAll('#never li').length === 1")
    settings.evaluate("document.querySelector('#never').scrollIntoView()")
    fresh.shoot(settings, "options-never")
    settings.click("#never li button")
    settings.wait_until("document.querySelectorAll('#never li').length === 0")
    settings.close()
    fresh.standin.requests.clear()
    popup = fresh.search("/pictures/tiger.jpg")
    popup.wait_until(f"{DONE} && {IDLE}", 120)
    assert "tiger" in popup.evaluate(TAGS)
    popup.close()


def test_a_running_search_goes_on_without_a_tag(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.3, thumbnail=0.1)
    try:
        popup = clear.search("/pictures/dog.jpg")
        popup.wait_until(f"{FOUND} >= 4 && !!document.querySelector('#tags .never')", 60)
        tag = popup.evaluate(f"{TAGS}[0]")
        popup.evaluate("(never => { never.focus(); never.click(); })(document.querySelector('#tags .never'))")
        popup.wait_until("!!document.querySelector('#refused') && !!document.activeElement.closest('#tags')")
        clear.standin.latency = Latency()
        popup.wait_until(f"({ENDED}) !== '' && {IDLE}", 120)
        assert tag not in popup.evaluate(TAGS)
        assert len(clear.results(popup)) > 10
        popup.click("#undo-never")
        popup.wait_until("!document.querySelector('#refused')")
        clear.click(popup, "#go-on")
        popup.wait_until(f"{TAGS}.includes({json.dumps(tag)})", 60)
        popup.close()
    finally:
        clear.standin.latency = Latency()


def test_while_a_search_runs_what_one_looks_at_stays(clear: Clear) -> None:
    clear.standin.latency = Latency(query=0.4, thumbnail=0.3)
    try:
        popup = clear.search("/pictures/tiger.jpg")
        popup.wait_until("!!document.querySelector('.boot .now') && !!document.querySelector('.skeleton')")
        clear.shoot(popup, "boot")
        popup.wait_until(f"{FOUND} >= 4", 60)
        held = popup.evaluate(f"{SHOWN}[2]")
        popup.hover(f'#results [data-photo="{held}"] .open')
        place, count = popup.evaluate(f"[{SHOWN}.indexOf({json.dumps(held)}), {FOUND}]")
        popup.wait_until(f"{FOUND} >= {count} + 4 && {falling(NOT_HOVERED)}", 60)
        assert popup.evaluate("document.querySelector('#results [data-photo]:hover').dataset.photo") == held
        assert popup.evaluate(f"{SHOWN}.indexOf({json.dumps(held)})") == place
        popup.hover("#status")
        worst = popup.evaluate(f"{SHOWN}[3]")
        popup.evaluate("document.querySelectorAll('#results .open')[3].focus()")
        popup.wait_until(f"{FOUND} >= 12 && {falling(NOT_FOCUSED)}", 60)
        assert popup.evaluate(f"{SHOWN}.indexOf({json.dumps(worst)})") == 3
        assert popup.evaluate(FOCUSED) == worst
        accessible(popup)
        popup.wait_until("/\\d/.test(document.querySelector('#time-left')?.textContent)", 60)
        popup.fill("#filter-words", "t")
        popup.wait_until("!!document.querySelector('.narrowed')")
        passing = "Number.parseInt(document.querySelector('.narrowed span').textContent)"
        before = popup.evaluate(passing)
        popup.evaluate(COUNT_NEWS)
        popup.wait_until(f"{passing} > {before} + 2", 60)
        assert popup.evaluate("news") == 0  # what passes grows, and nobody is told at every photo
        popup.evaluate("document.querySelector('#stop').focus()")
        popup.press("Enter")
        popup.wait_until(f"({ENDED}) === 'stopped' && {IDLE}", 20)
        assert popup.evaluate(ACTIVE) == "go-on"
        popup.close()
    finally:
        clear.standin.latency = Latency()


NOT_HOVERED = ":not(:hover)"
NOT_FOCUSED = ":not(:focus-within)"


def falling(which: str) -> str:
    """Whether the scores of these photos fall from each to the next."""
    tiles = f"[...document.querySelectorAll('#results [data-photo]{which}')]"
    return f"{tiles}.every((tile, i, all) => !i || Number(all[i - 1].dataset.score) >= Number(tile.dataset.score))"


FORGET_LOOKS = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  const store = (await wait(indexedDB.open('clear'))).transaction('sessions', 'readwrite').objectStore('sessions');
  await wait(store.delete(IDBKeyRange.bound('look/', 'look0')));
})()"""
COUNT_NEWS = """(globalThis.news = 0, new MutationObserver(() => { news += 1; })
  .observe(document.querySelector('.filters [role=status]'), {childList: true, characterData: true, subtree: true}))"""


def test_the_history_opens_goes_on_and_forgets(fresh: Clear) -> None:
    for name in ("lemon", "violin"):
        popup = fresh.search(f"/pictures/{name}.jpg")
        popup.wait_until(f"{DONE} && {IDLE}", 120)
        best = fresh.results(popup)[0]["id"]
        popup.close()
    page = fresh.browser.extension_page("popup/popup.html?history")
    entries = "document.querySelectorAll('#history [data-search]').length"
    page.wait_until(f"{entries} === 2")
    page.wait_until("[...document.querySelectorAll('#history img')].every(img => img.complete && img.naturalWidth)")
    said = page.evaluate("document.querySelector('#history li').innerText")
    assert "violin" in said and "photos" in said
    fresh.shoot(page, "history")
    page.click("#history .reopen")
    page.wait_until(f"{SHOWN}[0] === {json.dumps(best)}")
    before = int(page.evaluate("document.querySelector('#spent-photos').textContent"))
    page.evaluate(FORGET_LOOKS)
    page.click(".tile .like")
    page.wait_until("document.querySelector('.mark-lost')?.textContent.includes('Search again')")
    fresh.shoot(page, "mark-lost")
    if isinstance(page, ChromiumPage):
        page.call("Network.clearBrowserCache")
        fresh.standin.faults = faults.on(faults.status(404), host="live.staticflickr.com")
        page.evaluate("document.querySelector('#results .open').click()")
        page.wait_until("!!document.querySelector('.large-lost')", 20)
        fresh.shoot(page, "details-lost")
        page.press("Escape")
        page.wait_until("!document.querySelector('dialog[open]')")
        fresh.standin.faults = None
    page.wait_until(f"/[1-9]\\d* of 3,600/.test({QUOTA})")  # the button stands where it will stay
    fresh.click(page, "#go-on")
    page.wait_until(f"!{IDLE} || Number(document.querySelector('#spent-photos').textContent) > {before}")
    page.wait_until(f"{DONE} && {IDLE} && Number(document.querySelector('#spent-photos').textContent) > {before}", 120)
    fresh.click(page, "#open-history")
    page.wait_until(f"{entries} === 2")
    page.click("#history li:last-child > .button")
    page.wait_until(f"{entries} === 1 && !!document.activeElement.closest('#history')")
    fresh.reload(page)
    page.wait_until("!!document.querySelector('#open-history, #history')")
    fresh.click(page, "#forget")
    page.wait_until("document.querySelector('#forget').className.includes('danger')")  # once is not enough
    fresh.shoot(page, "forget-sure")
    assert page.evaluate(entries) == 1
    fresh.click(page, "#forget")
    page.wait_until(f"{entries} === 0")
    fresh.shoot(page, "history-empty")
    page.close()


def test_the_history_has_a_bound(fresh: Clear) -> None:
    """Forty searches, and 200 megabytes of pictures."""
    page = fresh.browser.extension_page("options/options.html")
    kept: list[str] = page.evaluate(KEEP % "Array(43).fill(5)")
    assert kept == [f"{i:09}-search" for i in range(42, 2, -1)]  # the newest first
    assert page.evaluate(KEEP % "[110e6, 95e6]") == ["000000001-search"]
    page.close()


# Keeps searches with pictures of so many bytes, and tells which of them are left.
KEEP = """import('/lib/sessions.js').then(async ({clearSessions, createSession, sessionIds}) => {
  await clearSessions();
  for (const [i, size] of (%s).entries()) {
    await createSession(`${String(i).padStart(9, '0')}-search`, new Blob([new Uint8Array(size)]), 'file');
  }
  const left = await sessionIds(false);
  await clearSessions();
  return left;
})"""


def test_the_first_page_is_opened_once_and_its_picture_can_be_tried(fresh: Clear) -> None:
    browser = fresh.browser
    tabs = "chrome.tabs.query({}).then(all => all.filter(({url}) => url?.includes('/welcome/welcome.html')).length)"
    page = browser.extension_page("welcome/welcome.html")
    page.wait_until("!!document.querySelector('#sample')?.naturalWidth")
    page.wait_until(f"{tabs}.then(count => count === 2)")  # this one, and the one that came by itself
    fresh.shoot(page, "welcome")
    page.click("#try")
    page.wait_until(f"{DONE} && {IDLE}", 120)
    assert page.evaluate("document.querySelector('#classes .chip span').textContent") == "balloon"
    asked = [request.params["tags"] for request in fresh.standin.asked("www.flickr.com")]
    assert "balloon" in asked[:8]
    page.close()
    popup = fresh.right_click(f"{browser.origin}/welcome/welcome.html", "#sample")
    popup.wait_until("document.querySelector('#classes .chip span')?.textContent === 'balloon'", 60)
    popup.close()
