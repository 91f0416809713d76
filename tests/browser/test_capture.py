"""Every way to a picture: right-click it on a page, and the picture that is searched with has the right colours."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace

import pytest
from PIL import Image

from tests.browser.chromium_page import ChromiumPage
from tests.browser.clear import MENU, PROBLEM, Clear
from tests.browser.conftest import EXTENSION, SCREENSHOTS
from tests.browser.driver import BrowserError, Options, Page, Where, launch, names
from tests.core.pictures import encoded
from tests.standin import Standin, faults

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 160, 40), (30, 60, 210), (240, 210, 20)
WHOLE = (RED, GREEN, BLUE, YELLOW)
# The picture that was stored for the newest search, drawn, and the colours in the middle of its quarters.
STORED = """(async () => {
  const wait = request => new Promise(done => { request.onsuccess = () => done(request.result); });
  const store = (await wait(indexedDB.open('clear'))).transaction('sessions').objectStore('sessions');
  const [ids, values] = [await wait(store.getAllKeys()), await wait(store.getAll())];
  const id = ids.filter(key => key.startsWith('record/')).sort().at(-1);
  const picture = await createImageBitmap(values[ids.indexOf(id.replace('record/', 'picture/'))]);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const quarters = [[1, 1], [3, 1], [1, 3], [3, 3]].map(([x, y]) =>
    [...context.getImageData(picture.width * x / 4, picture.height * y / 4, 1, 1).data.slice(0, 3)]);
  return {source: values[ids.indexOf(id)].source, width: picture.width, height: picture.height, quarters};
})()"""
# A frame of another origin takes no clicks before the browser has put it on the screen.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PICKING = "document.querySelector('[data-clear-pick]') !== null"  # the page waits for the user to pick something
SHOWN = "document.querySelector('#new-picture') !== null"  # the page of a search: the picture is stored


def quarters(*colours: tuple[int, int, int], size: tuple[int, int] = (320, 240)) -> bytes:
    """A PNG with one colour in each quarter: left and right above, left and right below."""
    image = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, colour in enumerate(colours):
        x, y = index % 2 * width, index // 2 * height
        image.paste(colour, (x, y, x + width, y + height))
    return encoded(image, "PNG")


PICTURE = quarters(*WHOLE)
SMALL = quarters(*(RED,) * 4, size=(32, 24))
DATA = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


@dataclass(frozen=True)
class Way:
    """A page, where to click on it, and what must come of it.

    body: of the page; {same} and {other} stand for the addresses of the page's own server and of another origin.
    source: how the picture was come by, or the code of the sentence that says why not.
    """

    body: str
    source: str
    where: Where = "#picture"
    colours: tuple[tuple[int, int, int], ...] = WHOLE
    size: tuple[int, int] = (320, 240)
    headers: tuple[tuple[str, str], ...] = ()
    in_firefox: str = ""  # the source there, if it is another
    ready: str = "[...document.images].every(image => image.complete)"

    unnamed: tuple[str, ...] = ()  # browsers whose menu does not take it for a picture: it is picked instead


BOTH = ("chromium", "firefox")
FORBIDDEN = {"chromium": "chrome://version", "firefox": "about:logo"}  # each with a picture on it
ALONE = Way("", "canvas", "img")
INLINE = "<script>%s</script>"
SHADOW = (
    "<div id=host style='display: inline-block'></div>"
    "<script>host.attachShadow({mode: '%s'}).innerHTML = `<img src='{same}/p.png' width=320 height=240>`</script>"
)
IN_FRAME = (40, 40)  # a point inside the picture of the frame, which stands at the page's corner
FRAME = "<style>* { margin: 0; border: 0 }</style><iframe id=frame width=320 height=240 src='%s'></iframe>"
BLOB = INLINE % "fetch('{same}/p.png').then(a => a.blob()).then(b => { picture.src = URL.createObjectURL(b) })"
CSP = (("Content-Security-Policy", "default-src 'none'; img-src *; style-src 'unsafe-inline'"),)
SANDBOX = (("Content-Security-Policy", "sandbox allow-scripts"),)
FILM = INLINE % """
  const picture = document.querySelector('#picture'), image = Object.assign(new Image(), {src: '{same}/p.png'});
  const show = () => { film.getContext('2d').drawImage(image, 0, 0); requestAnimationFrame(show); };
  image.onload = () => { show(); picture.srcObject = film.captureStream(); };"""
PAINTED_CANVAS = "<canvas id=picture width=320 height=240></canvas>" + INLINE % """
  const image = Object.assign(new Image(), {src: '%s/p.png'});
  image.onload = () => { picture.getContext('2d').drawImage(image, 0, 0); picture.dataset.ready = 'yes'; };"""
BACKGROUND = "<div id=picture style='width: 320px; height: 240px; background: url(%s/p.png)'></div>"
WAYS = {
    "same-origin": Way("<img id=picture src='{same}/p.png'>", "canvas"),
    "cross-origin": Way("<img id=picture src='{other}/p.png'>", "screen"),
    "cross-origin-cors-not-used": Way("<img id=picture src='{other}/cors.png'>", "fetch"),
    "cross-origin-cors": Way("<img id=picture crossorigin src='{other}/cors.png'>", "canvas"),
    "hotlink-referer-cookie": Way("<img id=picture src='{same}/guarded.png'>", "canvas"),
    "hotlink-cross-origin": Way("<img id=picture src='{other}/guarded-referer.png'>", "screen"),
    "data": Way(f"<img id=picture src='{DATA}'>", "data"),
    "blob": Way("<img id=picture>" + BLOB, "canvas", ready="picture.complete && picture.naturalWidth"),
    "srcset": Way("<img id=picture width=320 sizes=32px srcset='{same}/small.png 32w, {same}/p.png 320w'>", "canvas"),
    "picture-element": Way("<picture><source sizes=32px srcset='{same}/small.png 32w, {same}/p.png 320w'>"
                           "<img id=picture width=320 src='{same}/small.png'></picture>", "canvas"),
    "lazy": Way("<p style='height: 9000px'><img id=picture loading=lazy width=320 height=240 src='{same}/p.png'>",
                "canvas", ready="(picture.scrollIntoView(), picture.complete && picture.naturalWidth)"),
    "iframe-same-origin": Way(FRAME % "{same}/inner.html", "canvas", IN_FRAME),
    "iframe-cross-origin": Way(FRAME % "{other}/inner.html", "screen", IN_FRAME),
    "iframe-same-origin-screen": Way(FRAME % "{same}/inner-foreign.html", "screen", IN_FRAME),
    "shadow-open": Way(SHADOW % "open", "canvas", "#host"),
    "shadow-closed": Way(SHADOW % "closed", "canvas", "#host"),
    "svg-image": Way("<svg width=320 height=240><image id=picture href='{same}/p.png' width=320 height=240 /></svg>",
                     "fetch"),
    "video-poster": Way("<video id=picture {film} poster='{same}/p.png'></video>", "fetch"),
    "video-poster-foreign": Way("<video id=picture {film} poster='{other}/p.png'></video>", "screen"),
    "video-frame": Way("<video id=picture muted autoplay></video><canvas id=film width=320 height=240></canvas>" + FILM,
                       "canvas", ready="picture.currentTime > 0 && picture.videoWidth"),
    "canvas": Way(PAINTED_CANVAS % "{same}", "canvas", ready="picture.dataset.ready", unnamed=BOTH),
    "canvas-tainted": Way(PAINTED_CANVAS % "{other}", "screen", ready="picture.dataset.ready", unnamed=BOTH),
    "background": Way(BACKGROUND % "{same}", "fetch", unnamed=BOTH),
    "background-foreign": Way(BACKGROUND % "{other}", "screen", unnamed=BOTH),
    "under-a-link": Way("<div style='position: relative; width: 320px; height: 240px'>"
                        "<img id=picture src='{same}/p.png'><a href=/ style='position: absolute; inset: 0'></a></div>",
                        "canvas", unnamed=("firefox",)),
    "strict-csp": Way("<img id=picture src='{same}/p.png'>", "canvas", headers=CSP),
    "strict-csp-cors": Way("<img id=picture src='{other}/cors.png'>", "fetch", headers=CSP, in_firefox="screen"),
    "strict-csp-sandbox": Way("<img id=picture src='{same}/p.png'>", "screen", headers=SANDBOX),
    "half-outside": Way("<img id=picture src='{other}/p.png' style='position: fixed; left: -160px'>", "screen",
                        colours=(GREEN, GREEN, YELLOW, YELLOW), size=(160, 240)),
    "half-outside-readable": Way("<img id=picture src='{same}/p.png' style='position: fixed; left: -160px'>", "canvas"),
}  # fmt: skip


def guard(request: faults.Request) -> faults.Fault | None:
    """Pictures against hotlinking: one wants the cookie and the Referer of its own site, one any Referer."""
    own = "cookie" in request.headers and request.host in request.headers.get("referer", "")
    refused = (request.path == "/guarded.png" and not own) or (
        request.path == "/guarded-referer.png" and "referer" not in request.headers
    )
    return faults.status(403) if refused else None


def serve(standin: Standin, name: str, way: Way) -> str:
    """Put the page of a way, and all pictures, on the server; give its address."""
    for path in ("/p.png", "/guarded.png", "/guarded-referer.png"):
        standin.add_page(path, PICTURE, "image/png")
    standin.add_page("/small.png", SMALL, "image/png")
    standin.add_page("/cors.png", PICTURE, "image/png", {"Access-Control-Allow-Origin": "*"})
    page = "<!doctype html><title>A page</title><body>"
    for inner, picture in (("inner", "/p.png"), ("inner-foreign", "{other}/p.png")):
        image = f"<img src='{picture}' style='position: fixed; inset: 0'>"
        standin.add_page(f"/{inner}.html", fill(standin, page + image))
    headers = {"Set-Cookie": "visited=yes; Path=/; SameSite=Lax", **dict(way.headers)}
    standin.add_page(f"/ways/{name}.html", fill(standin, page + way.body), headers=headers)
    standin.faults = guard
    return standin.page_url(f"/ways/{name}.html")


def fill(standin: Standin, text: str) -> str:
    text = text.replace("{film}", "width=320 height=240 preload=none src=/film.mp4")
    return text.replace("{same}", standin.page_url("")).replace("{other}", standin.page_url("", "localhost"))


def check(clear: Clear, page: Page, way: Way) -> None:
    """Choose the menu's entry on the page, and see whether the picture of the search is what the way promises."""
    page.to_front()
    page.wait_until(way.ready)
    page.evaluate(PAINTED)
    if clear.browser.name in way.unnamed:
        start_picking(clear, page)
        page.click(way.where)
    else:
        page.right_click_menu(way.where, MENU)
    look_at_search(clear, way)
    page.close()


def look_at_search(clear: Clear, way: Way) -> None:
    """See whether the search that begins is with the picture that the way promises; close it."""
    popup = clear.browser.popup()
    popup.wait_until(f"{SHOWN} || {PROBLEM}", 30)
    assert popup.evaluate(PROBLEM) is None
    stored = popup.evaluate(STORED)
    source = (way.in_firefox if clear.browser.name == "firefox" else "") or way.source
    assert stored["source"] == source
    assert (stored["width"], stored["height"]) == way.size
    for found, wanted in zip(stored["quarters"], way.colours, strict=True):
        assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 8, stored["quarters"]
    told = popup.evaluate("document.querySelector('.source figcaption') !== null")
    assert told == (source in ("screen", "area"))  # the popup says so
    popup.close()


@pytest.mark.parametrize("name", WAYS)
def test_every_way_to_a_picture(clear: Clear, name: str) -> None:
    way = WAYS[name]
    check(clear, clear.browser.open(serve(clear.standin, name, way)), way)


def test_a_picture_opened_by_itself(clear: Clear) -> None:
    serve(clear.standin, "alone", ALONE)
    check(clear, clear.browser.open(clear.standin.page_url("/p.png")), ALONE)


def picker(clear: Clear, name: str, way: Way) -> Page:
    """A page that waits for the user to pick something."""
    page = clear.browser.open(serve(clear.standin, name, way))
    page.wait_until(way.ready)
    start_picking(clear, page)
    return page


def start_picking(clear: Clear, page: Page) -> None:
    clear.browser.shortcut(page, "select-area", "Alt+Shift+S")
    page.wait_until(PICKING)


def test_an_area_is_selected_by_dragging(clear: Clear) -> None:
    page = picker(clear, "area", WAYS["strict-csp-cors"])
    left, top = page.evaluate("[picture.getBoundingClientRect().left, picture.getBoundingClientRect().top]")
    page.drag((left, top), (left + 160, top + 240))
    look_at_search(clear, Way("", "area", colours=(RED, RED, BLUE, BLUE), size=(160, 240)))
    page.close()


def test_a_picture_is_picked_with_the_keyboard(clear: Clear) -> None:
    small = "<img src='{same}/small.png' width=64 height=48>"
    named = "<img id=picture alt='Four colours' src='{same}/p.png'>"
    page = picker(clear, "keys", Way(small + named + small, "canvas"))
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):  # the largest comes first
        page.press(key)
    if isinstance(page, ChromiumPage):  # what a screen reader knows of it, behind the closed shadow root
        tree = page.call("Accessibility.getFullAXTree")["nodes"]
        names = [node.get("name", {}).get("value", "") for node in tree]
        assert "Four colours 1/3" in names
    clear.shoot(page, "pick-on-page")
    page.press("Enter")
    look_at_search(clear, ALONE)
    assert not page.evaluate(PICKING)
    page.close()


def test_who_picks_nothing_searches_nothing(clear: Clear) -> None:
    page = picker(clear, "nothing", WAYS["same-origin"])
    page.press("Escape")
    page.wait_until(f"!({PICKING})")
    with pytest.raises(BrowserError):
        clear.browser.popup(2)
    page.close()


def test_the_toolbar_buttons_popup_lets_pick_on_the_page(clear: Clear) -> None:
    page = clear.browser.open(serve(clear.standin, "toolbar", WAYS["same-origin"]))
    clear.browser.toolbar_click(page)
    popup = clear.browser.popup()
    popup.wait_until("!!document.querySelector('#pick, #new-picture')")
    if popup.evaluate("!document.querySelector('#pick')"):  # it shows the last search of this window
        clear.click(popup, "#new-picture")
    clear.click(popup, "#pick")
    page.wait_until(PICKING)
    page.to_front()
    page.click("#picture")
    look_at_search(clear, ALONE)
    page.close()


def ask_for(clear: Clear, address: str, *, allow: bool) -> Page:
    """The start page in a tab after the user has entered an address and answered the browser's question."""
    page = clear.browser.extension_page("popup/popup.html?start")
    page.wait_until("!!document.querySelector('#address')")
    page.fill("#address", address)
    page.wait_until("document.querySelector('#address-note').textContent")
    page.click("#use-address")
    clear.browser.answer(page, allow)
    page.wait_until(f"{SHOWN} || {PROBLEM}", 30)
    return page


def test_a_picture_by_its_address(clear: Clear) -> None:
    if not clear.browser.real_menu:
        pytest.skip("the browser's question whether the extension may read a site needs a screen")
    serve(clear.standin, "address", ALONE)
    page = ask_for(clear, clear.standin.page_url("/p.png"), allow=False)
    assert "may not read 127.0.0.1" in page.evaluate(PROBLEM)
    page.close()
    page = ask_for(clear, clear.standin.page_url("/ways/address.html", "localhost"), allow=True)
    assert "no picture at this address" in page.evaluate(PROBLEM)
    page.close()
    page = ask_for(clear, clear.standin.page_url("/p.png"), allow=True)
    assert page.evaluate(PROBLEM) is None
    stored = page.evaluate(STORED)
    assert (stored["source"], stored["width"], stored["height"]) == ("address", 320, 240)
    page.close()
    granted = clear.browser.background("(globalThis.browser ?? chrome).permissions.getAll()")["origins"]
    assert all("flickr" in origin for origin in granted)  # it was given back


DROP = """(text => {
  const data = new DataTransfer();
  for (const [type, value] of Object.entries(text)) data.setData(type, value);
  document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}));
})"""


def test_a_picture_dragged_from_a_page(clear: Clear) -> None:
    """What browsers hand over of a picture that is dragged from another page: its address, and HTML with it."""
    page = clear.browser.extension_page("popup/popup.html?start")
    page.wait_until("!!document.querySelector('#address')")
    address = clear.standin.page_url("/p.png")
    dragged = {"text/uri-list": "https://example.org/a", "text/html": f"<a href=x><img alt='' src='{address}'></a>"}
    page.evaluate(f"{DROP}({json.dumps(dragged)})")
    page.wait_until(f"document.querySelector('#address').value === {json.dumps(address)}")
    page.evaluate(f"{DROP}({json.dumps({'text/uri-list': DATA})})")
    page.wait_until(SHOWN, 30)
    assert page.evaluate(STORED)["source"] == "drop"
    page.close()


def test_the_popups_shortcut(clear: Clear) -> None:
    page = clear.browser.open(serve(clear.standin, "shortcuts", WAYS["same-origin"]))
    clear.browser.shortcut(page, "_execute_action", "Alt+Shift+F")
    popup = clear.browser.popup()
    popup.wait_until("!!document.querySelector('#pick, #new-picture')")
    popup.close()
    page.close()


def test_where_extensions_may_not_run_a_sentence_says_so(clear: Clear) -> None:
    page = clear.browser.open(FORBIDDEN[clear.browser.name])
    page.wait_until("document.querySelector('img')?.complete")
    page.right_click_menu("img", MENU)
    popup = clear.browser.popup()
    popup.wait_until(PROBLEM, 30)
    assert "does not let extensions read pictures on this page" in popup.evaluate(PROBLEM)
    clear.shoot(popup, "page-forbidden")
    popup.close()
    page.close()


@pytest.mark.parametrize("browser", names())
def test_dense_screen_and_a_page_that_was_open_before_the_extension(standin: Standin, browser: str) -> None:
    screen = {"viewport": (800, 600), "device_scale_factor": 2, "install": False}
    options = Options(EXTENSION, hosts=standin.hosts, trusted=standin.spki, **screen)
    with launch(browser, options) as running:
        clear = Clear(running, standin, SCREENSHOTS)
        pages = {name: running.open(serve(standin, name, WAYS[name])) for name in ("same-origin", "cross-origin")}
        running.install()
        check(clear, pages["same-origin"], WAYS["same-origin"])
        check(clear, pages["cross-origin"], replace(WAYS["cross-origin"], size=(640, 480)))
