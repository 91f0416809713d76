"""Strangers' texts, pages and extensions: nothing of theirs is interpreted, followed or believed."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from clear_core.services.fields import plain
from tests.browser.clear import ENDED, PROBLEM, Clear
from tests.browser.conftest import EXTENSION, extension_in
from tests.browser.driver import BrowserError, Page, names, poll
from tests.browser.test_capture import ALONE, PICKING, PICTURE, WHOLE, Way, look_at_search, quarters, start_picking
from tests.browser.test_privacy import everything, with_key
from tests.standin import LibraryPhoto, Standin, offline_library
from tests.standin.flickr import VALID_KEY

TEXTS = (
    "<img src=x onerror='window.hacked = 1'>",
    "<script>window.hacked = 2</script>",
    "\"><svg/onload=window.hacked=3>",
    "</style></title></textarea><style>body{display:none!important}</style>",
    "javascript:window.hacked=4",
    "${window.hacked=5}{{constructor.constructor('window.hacked=5')()}}",
    "$1 $2 $COUNT$ $TITLE$ %s {0}",
    "cat\u202egpj.exe\u2066 \u200f\u05e9\u05dc\u05d5\u05dd \u202d",
    "x" * 10_000,
    "long words " * 1000,
    "Z" + "\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0330\u0331\u0332" * 20 + "algo",
    "\0nul\x07bell\x1b[31m",
    "half \ud83d of a character \udc00",
    "=HYPERLINK(\"https://evil.example\",\"Click\")",
    "__proto__", "constructor", "   ", "\u200b", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufdfd\ufdfd\ufdfd",
    "&lt;b&gt;bold&lt;/b&gt; &#x3C;i&#x3E;", "-- -1 OR 1=1", "@everyone", "../../../etc/passwd",
)  # fmt: skip
SAFE_ELEMENTS = {
    "a", "aside", "b", "bdi", "body", "button", "dd", "details", "div", "dl", "dt", "figure", "figcaption", "footer",
    "form", "h1", "h2", "h3", "header", "i", "img", "input", "li", "main", "nav", "ol", "option", "p", "path",
    "section", "select", "small", "span", "summary", "svg", "ul", "label", "strong", "time", "dialog", "output",
    "progress", "kbd",
}  # fmt: skip
LINKED = {"www.flickr.com", "creativecommons.org", "www.usa.gov"}
# Nothing ran; nothing stands there that our code does not make; nothing is wider than its place, or much higher.
STATE = """({
  hacked: window.hacked ?? null,
  elements: [...new Set([...document.body.querySelectorAll('*')].map(e => e.localName))],
  handlers: [...document.body.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on/.test(n)),
  links: [...document.querySelectorAll('#results a')].map(a => a.href),
  pictures: [...document.images].map(image => new URL(image.src).protocol),
  titles: [...document.querySelectorAll('#results .title')].map(e => e.textContent),
  overflow: document.documentElement.scrollWidth - innerWidth,
  heights: [...document.querySelectorAll('#results .tile')].map(tile => tile.offsetHeight),
  wide: [...document.querySelectorAll('#results .tile')].filter(tile => tile.scrollWidth > tile.clientWidth + 1).length,
})"""


SAVED = """(html => {
  const all = [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*')];
  return {elements: [...new Set(all.map(e => e.localName))],
    handlers: all.flatMap(e => e.getAttributeNames()).filter(name => name.startsWith('on')),
    links: all.flatMap(e => [e.href, e.src]).filter(Boolean).map(address => new URL(address).origin)};
})(%(html)s)"""


def hostile(photos: list[LibraryPhoto]) -> list[LibraryPhoto]:
    """The library as strangers might have written it. Tags have no spaces at Flickr."""
    tags = ["".join(text.split()) for text in TEXTS]

    def spoilt(number: int, photo: LibraryPhoto) -> LibraryPhoto:
        here, there = TEXTS[number % len(TEXTS)], TEXTS[(number * 7 + 3) % len(TEXTS)]
        more = (tags[number % len(tags)], tags[(number * 5 + 1) % len(tags)])
        return replace(photo, title=here, owner_name=there, tags=(*photo.tags, *filter(None, more)))

    return [spoilt(number, photo) for number, photo in enumerate(photos)]


@pytest.fixture(scope="module")
def hostile_world() -> Iterator[Standin]:
    with Standin(hostile(offline_library())) as server:
        yield server


@pytest.fixture(scope="module", params=names())
def hostile_texts(
    request: pytest.FixtureRequest, hostile_world: Standin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clear]:
    """The extension in that world, with a network whose classes have such names too."""
    unpacked = tmp_path_factory.mktemp("hostile") / "unpacked"
    shutil.copytree(EXTENSION, unpacked)
    for file in unpacked.glob("vendor/models/*/model.json"):
        model = json.loads(file.read_text(encoding="utf-8"))
        model["classes"] = [f"{name} {TEXTS[i % len(TEXTS)][:300]}" for i, name in enumerate(model["classes"])]
        file.write_text(json.dumps(model), encoding="utf-8")
    with extension_in(str(request.param), hostile_world, unpacked) as clear:
        yield clear


def check_texts(page: Page) -> dict[str, Any]:
    state: dict[str, Any] = page.evaluate(STATE)
    assert state["hacked"] is None
    assert set(state["elements"]) <= SAFE_ELEMENTS
    assert state["handlers"] == []
    assert {urlsplit(link).hostname for link in state["links"]} <= LINKED
    assert set(state["pictures"]) <= {"blob:", "chrome-extension:", "moz-extension:"}
    known = {plain(written) or "Untitled" for text in TEXTS for written in (text, html.unescape(text))}
    assert set(state["titles"]) <= known
    assert state["overflow"] <= 0
    assert state["wide"] == 0
    assert max(state["heights"]) <= 1.6 * min(state["heights"])
    return state


@pytest.mark.parametrize("key", [False, True], ids=["feed", "api"])
def test_strangers_texts_are_texts(hostile_texts: Clear, library: list[LibraryPhoto], key: bool) -> None:
    clear = hostile_texts
    if key:
        with_key(clear)
    rose = next(photo for photo in library if photo.path.stem == "tiger")
    popup = clear.search("/strange.jpg", rose)
    popup.wait_until(f"{ENDED} || {PROBLEM}", 120)
    assert popup.evaluate(PROBLEM) is None
    popup.wait_until("[...document.querySelectorAll('#results .shot')].slice(0, 9).every(e => e.matches('.there'))")
    assert len(check_texts(popup)["titles"]) >= 20
    clear.shoot(popup, f"hostile-popup-{'api' if key else 'feed'}")
    clear.click(popup, "#save summary")
    popup.wait_until("document.querySelectorAll('#save a').length === 3")
    files = {name: unquote(address.partition(",")[2]) for name, address in popup.evaluate(
        "[...document.querySelectorAll('#save a')].map(a => [a.textContent.trim().toLowerCase(), a.href])"
    )}  # fmt: skip
    rows = list(csv.reader(io.StringIO(files["csv"])))
    assert len({len(row) for row in rows}) == 1
    # No cell is a formula. A score is a number, which may be negative.
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows[1:] for cell in row[1:])
    assert json.loads(files["json"])["photos"]
    # Without its style, of which the policy of the page that looks at it would complain.
    html_page = re.sub("<style>.*?</style></head>", "</head>", files["html"], count=1, flags=re.DOTALL)
    saved = popup.evaluate(SAVED % {"html": json.dumps(html_page)})
    assert set(saved["elements"]) <= {"html", "head", "meta", "title", "body", "h1", "ol", "li", "a", "img",
                                      "div", "small", "footer"}  # fmt: skip
    assert saved["handlers"] == []
    assert {urlsplit(link).hostname for link in saved["links"]} <= LINKED | {"live.staticflickr.com"}
    assert ("https://creativecommons.org" in saved["links"]) == key  # licences by name, with their links
    identifier = popup.evaluate("""(globalThis.browser ?? chrome).storage.session.get().then(all =>
      Object.entries(all).find(([key]) => key.startsWith('current/'))[1])""")
    popup.close()
    tab = clear.browser.extension_page(f"popup/popup.html?session={identifier}")
    tab.wait_until("document.querySelectorAll('#results .there').length >= 9", 20)
    tab.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    check_texts(tab)
    clear.shoot(tab, f"hostile-tab-{'api' if key else 'feed'}")
    tab.close()
    memory = clear.browser.extension_page("options/options.html")  # it lists tags, too
    memory.wait_until("document.querySelectorAll('#memory .chips li').length > 3")
    memory.evaluate("document.querySelector('#memory').scrollIntoView()")
    assert memory.evaluate("window.hacked ?? null") is None
    assert memory.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    clear.shoot(memory, "hostile-memory")
    memory.close()


EVIL = "data:image/png;base64," + base64.b64encode(quarters(*((1, 2, 3),) * 4)).decode()
# A page that wants to be looked at as something else than it is, or not at all.
ATTACK = """<script>
  const evil = %s;
  const all = [Object, Array, Promise, Element, HTMLElement, HTMLCanvasElement, HTMLImageElement, Document, Node, Event,
    EventTarget, FileReader, CanvasRenderingContext2D, Blob, Response, Function, String, RegExp, Map, Set, Window];
  window.attack = () => {
    for (const {prototype} of all) for (const name of Object.getOwnPropertyNames(prototype)) {
      try {
        if (name !== 'constructor' && typeof prototype[name] === 'function') prototype[name] = () => evil;
      } catch { /* a getter */ }
    }
    for (const name of ['fetch', 'Image', 'Promise', 'FileReader', 'URL', 'getComputedStyle', 'createImageBitmap',
      'requestAnimationFrame', 'matchMedia', 'setTimeout', 'chrome', 'browser', 'clearPage']) {
      try { window[name] = () => evil; } catch { /* read-only */ }
    }
  };
</script>
<img name=querySelectorAll><img name=createElement><a name=baseURI id=clearPage></a><form name=body></form>
""".replace("%s", json.dumps(EVIL))


@pytest.mark.parametrize("body", ["<img id=picture src='{same}/p.png'>", "<img id=picture src='{other}/cors.png'>"])
def test_a_page_that_overwrites_everything_is_seen_as_it_is(clear: Clear, body: str) -> None:
    standin = clear.standin
    standin.add_page("/p.png", PICTURE, "image/png")
    standin.add_page("/cors.png", PICTURE, "image/png", {"Access-Control-Allow-Origin": "*"})
    body = body.replace("{same}", standin.page_url("")).replace("{other}", standin.page_url("", "localhost"))
    standin.add_page("/attack.html", f"<!doctype html><title>A page</title>{body}{ATTACK}")
    page = clear.browser.open(standin.page_url("/attack.html"))
    page.wait_until("picture.complete && picture.naturalWidth")
    middle = page.evaluate("[picture.getBoundingClientRect().left + 100, picture.getBoundingClientRect().top + 100]")
    page.evaluate("void setTimeout(attack, 0)")
    sleep(0.5)  # from now on nothing can be asked in this page
    popup = clear.right_click_on(page, tuple(middle))
    popup.wait_until("!!document.querySelector('#new-picture')", 30)
    look_at_search(clear, replace(ALONE, source="canvas" if "/p.png" in body else popup_source(popup)))
    page.close()


def popup_source(popup: Page) -> str:
    """How the picture was come by: by whatever way, it is the true one."""
    kept = everything(popup)["clear/sessions"]
    newest = max(key for key in kept if key.startswith("record/"))
    return str(kept[newest]["source"])


FAKES = """(async () => {
  const picked = {dataUrl: %s, source: 'canvas', rect: null};
  const host = document.querySelector('[data-clear-pick]');
  const tell = () => {
    for (const data of [{picked}, {pick: {id: 1}}, picked]) {
      postMessage(data, '*');
      for (const name of ['picked', 'message']) {
        for (const target of [window, document, host]) target?.dispatchEvent(new CustomEvent(name, {detail: data}));
      }
    }
    for (const target of [host, document.body, window]) {
      const everywhere = {bubbles: true, composed: true};
      for (const name of ['pointermove', 'pointerdown', 'pointerup', 'click']) {
        target?.dispatchEvent(new PointerEvent(name, {...everywhere, clientX: 20, clientY: 20, button: 0}));
      }
      for (const key of ['ArrowRight', 'Enter']) {
        target?.dispatchEvent(new KeyboardEvent('keydown', {...everywhere, key}));
      }
    }
  };
  tell();
  await new Promise(later => setTimeout(later, 300));
  const runtime = (globalThis.chrome ?? globalThis.browser)?.runtime;
  for (const message of [{picked}, {pick: {id: 1}}]) {
    try { await runtime?.sendMessage(%s, message); } catch { /* nobody listens */ }
  }
  return host?.shadowRoot ?? null;
})()"""


def test_a_page_can_neither_fake_a_pick_nor_see_into_it(clear: Clear) -> None:
    standin = clear.standin
    standin.add_page("/p.png", PICTURE, "image/png")
    standin.add_page("/fakes.html", "<!doctype html><title>A page</title><img id=picture src='/p.png'>")
    page = clear.browser.open(standin.page_url("/fakes.html"))
    page.wait_until("picture.complete")
    extension = clear.browser.origin.rpartition("/")[2]
    fakes = FAKES % (json.dumps(EVIL), json.dumps(extension))
    assert page.evaluate(fakes) is None  # before anything was asked
    start_picking(clear, page)
    assert page.evaluate(fakes) is None
    assert page.evaluate(PICKING)  # it still waits for the user
    with pytest.raises(BrowserError):
        clear.browser.popup(1)
    page.to_front()
    page.click("#picture")
    look_at_search(clear, Way("", "canvas", colours=WHOLE))
    page.close()


def sessions(page: Page) -> list[str]:
    """Identifiers of the searches that are kept."""
    return [key for key in everything(page).get("clear/sessions", {}) if key.startswith("record/")]


def test_a_process_of_a_page_that_lies_is_believed_once_and_only_when_asked(clear: Clear) -> None:
    """A page's process may be taken over by its page; then all that our scripts there say can be false."""
    page = clear.browser.extension_page("options/options.html")
    before = len(sessions(page))
    lie = "(globalThis.browser ?? chrome).runtime.sendMessage({picked: %s}).catch(() => {})"
    true_to_form = f"{{dataUrl: {json.dumps(EVIL)}, source: 'canvas', rect: null}}"
    for picked in ("null", "3", "{}", true_to_form):
        page.evaluate(lie % picked)
    page.evaluate("new Promise(later => setTimeout(later, 500))")
    assert len(sessions(page)) == before  # nobody had asked
    asked = "(async () => { const api = globalThis.browser ?? chrome;"
    asked += " const {id} = await api.tabs.getCurrent(); await api.storage.session.set({[`pick/${id}`]: true}); })()"
    for strange in ("{rect: {x: -1e9, y: NaN, width: 1e12, height: 1e12, ratio: 1e9}}", "{dataUrl: 'data:,'}", "[]"):
        page.evaluate(asked)
        page.evaluate(lie % strange)
    page.evaluate("new Promise(later => setTimeout(later, 1000))")
    known = len(sessions(page))
    assert known <= before + 1  # "data:," is a picture, an empty one
    page.evaluate(asked)
    page.evaluate(f"Promise.all([{', '.join([lie % true_to_form] * 3)}])")
    poll(lambda: len(sessions(page)) > known, 10, "the lie to be believed")
    page.evaluate("new Promise(later => setTimeout(later, 500))")
    assert len(sessions(page)) == known + 1
    page.close()


# Another extension, that tries what it can. Its answers are what it got.
SPY = """(async target => {
  const api = globalThis.browser ?? chrome, got = [];
  const id = %s;
  const late = new Promise(done => setTimeout(done, 1000, null));
  const picked = {dataUrl: %s, source: 'canvas', rect: null};
  for (const message of [{pick: {id: 1}}, {picked}, 'key?', {type: 'SET'}]) {
    got.push(await Promise.race([api.runtime.sendMessage(id, message).catch(() => null), late]) ?? null);
  }
  got.push(await new Promise(done => {
    const port = api.runtime.connect(id);
    port.onMessage.addListener(done);
    port.onDisconnect.addListener(() => done(null));
    port.postMessage({pick: {id: 1}});
    setTimeout(done, 1000, null);
  }));
  for (const path of ['popup/popup.html', 'vendor/models/efficientnet_lite0_176/model.json', 'engine/worker.js']) {
    got.push(await fetch(`${target}/${path}`).then(answer => answer.text(), () => null));
  }
  const frame = Object.assign(document.createElement('iframe'), {src: `${target}/popup/popup.html`});
  document.body.append(frame);
  await new Promise(done => { frame.onload = frame.onerror = done; setTimeout(done, 1500); });
  got.push(frame.contentDocument?.querySelector('.bar')?.textContent ?? null);
  return got;
})(%s)"""


def test_another_extension_gets_nothing_and_starts_nothing(fresh: Clear, tmp_path: Path) -> None:
    spy = tmp_path / "spy"
    spy.mkdir()
    manifest = {
        "manifest_version": 3, "name": "Spy", "version": "1", "permissions": ["storage"],
        "browser_specific_settings": {"gecko": {"id": "spy@example.org"}},
    }  # fmt: skip
    (spy / "manifest.json").write_text(json.dumps(manifest))
    (spy / "page.html").write_text("<!doctype html><title>Spy</title><body>")
    with_key(fresh)
    ours = fresh.browser.extension_page("options/options.html")
    before = everything(ours)
    assert before["local"]["key"] == VALID_KEY  # there is something to be had
    origin = fresh.browser.install_other(spy)
    page = fresh.browser.open(f"{origin}/page.html")
    target = fresh.browser.origin
    manifest = json.loads((EXTENSION / "manifest.json").read_text(encoding="utf-8"))
    firefox = manifest["browser_specific_settings"]["gecko"]["id"]
    name = firefox if fresh.browser.name == "firefox" else target.rpartition("/")[2]
    got = page.evaluate(SPY % (json.dumps(name), json.dumps(EVIL), json.dumps(target)))
    assert got == [None] * 9
    assert everything(ours) == before
    page.close()
    ours.close()
    fresh.browser.messages.clear()  # that its frame was refused
