"""A page in Chromium: tab, popup, anything that has a document."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.cdp import Json
from tests.browser.driver import VISIBLE_MIDDLE, BrowserError, MenuEntry, Point, Where, poll, steady

if TYPE_CHECKING:
    from tests.browser.chromium import Chromium

KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "Backspace": 8, "Delete": 46}
KEYS |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35}

# What contextMenus.onClicked tells about a click at a point, as far as a page can know it.
CLICK_INFO = """((x, y) => {
  const e = document.elementFromPoint(x, y);
  return {srcUrl: e?.currentSrc || e?.src, linkUrl: e?.closest('a[href]')?.href, pageUrl: location.href};
})"""
# The toolbar button, but without its popup, so that nothing but the menu's event is seen to happen.
NO_POPUP = "chrome.action.getPopup({}).then(p => { self.driverPopup = p; return chrome.action.setPopup({popup: ''}); })"
POPUP_AGAIN = "chrome.action.setPopup({popup: self.driverPopup})"
RAISE = """(async () => {
  const [tab] = await chrome.tabs.query({active: true, lastFocusedWindow: true});
  chrome.%(event)s.dispatch(%(argument)s, tab);
})()"""


@dataclass
class Target:
    """Something the debugger is attached to: page, popup, worker, service worker or frame."""

    id: str
    session: str
    type: str
    url: str
    order: int


class ChromiumPage:
    """One page target. See ``driver.Page``."""

    def __init__(self, browser: Chromium, target: Target) -> None:
        self._browser = browser
        self.target = target

    def call(self, method: str, **params: Any) -> Json:
        """A command of the debugging protocol, to this page."""
        return self._browser.connection.call(method, params, self.target.session)

    @property
    def url(self) -> str:
        return str(self.evaluate("location.href"))

    @property
    def closed(self) -> bool:
        return self.target.session not in self._browser.targets

    def goto(self, url: str) -> None:
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError(f"{url}: {answer['errorText']}")
        self.wait_until("location.href !== 'about:blank' && document.readyState === 'complete'", 30)

    def evaluate(self, expression: str) -> Any:
        return self._browser.evaluate(self.target.session, expression)

    def wait_until(self, predicate: str, timeout: float = 15.0) -> Any:
        attempt = lambda: self._browser.evaluate_if_alive(self.target.session, predicate)  # noqa: E731
        return poll(attempt, timeout, f"{predicate} in {self.target.url}", self.evaluate)

    def _point(self, where: Where) -> Point:
        if not isinstance(where, str):
            return where
        point = self.evaluate(f"{VISIBLE_MIDDLE}({json.dumps(where)})")
        if point is None:
            raise BrowserError(f"{where} is not in {self.target.url}, or has no size")
        return point[0], point[1]

    def _hover(self, point: Point) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=point[0], y=point[1])

    def _mouse(self, where: Where, button: str) -> None:
        x, y = self.hover(where)
        for kind in ("mousePressed", "mouseReleased"):
            event = {"type": kind, "x": x, "y": y, "button": button, "clickCount": 1}
            # Not waited for: a page need not answer while a native menu is open, nor after a click that closes it.
            self._browser.connection.send("Input.dispatchMouseEvent", event, self.target.session)

    def click(self, where: Where) -> None:
        self._mouse(where, "left")

    def hover(self, where: Where) -> Point:
        return steady(lambda: self._point(where), self._hover)

    def drag(self, start: Point, end: Point) -> None:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        strokes = [("mouseMoved", start, 0), ("mousePressed", start, 1)]
        strokes += [("mouseMoved", middle, 1), ("mouseMoved", end, 1), ("mouseReleased", end, 1)]
        for kind, (x, y), buttons in strokes:
            button = "left" if buttons else "none"
            event = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": buttons}
            self.call("Input.dispatchMouseEvent", **event)

    def right_click_menu(self, where: Where, entry: MenuEntry) -> None:
        self._browser.wait_for_menu_entry(entry)
        self._browser.remember_targets()
        self.to_front()
        if self._browser.screen is not None:
            for _ in range(5):  # Chromium drops clicks on a frame that it has not put on the screen yet
                self._mouse(where, "right")
                if self._browser.screen.opens_menu():
                    break
            self._browser.screen.choose(entry)
        else:
            self._raise_menu_event(where, entry)

    def _raise_menu_event(self, where: Where, entry: MenuEntry) -> None:
        """Without a screen: raise the menu's event by hand."""
        x, y = self._point(where)
        info = {"menuItemId": entry.id, "frameId": 0, "editable": False, **self.evaluate(f"{CLICK_INFO}({x}, {y})")}
        if info.get("srcUrl"):
            info["mediaType"] = "image"
        self.raise_event("contextMenus.onClicked", json.dumps(info))

    def raise_event(self, event: str, argument: str) -> None:
        """Raise an event of the extension that a user's gesture on this page would, with what the gesture grants."""
        self._browser.background(NO_POPUP)
        self._browser.trigger_action(self.target)
        self._browser.background(POPUP_AGAIN)
        self._browser.background(RAISE % {"event": event, "argument": argument})

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def fill(self, selector: str, text: str) -> None:
        self.evaluate(f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(selector)}))")
        if text:
            self.type(text)
        else:
            self.press("Backspace")

    def press(self, key: str) -> None:
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        event: Json = {"key": key, "windowsVirtualKeyCode": KEYS.get(key) or ord(key.upper())}
        if key in KEYS:
            event["code"] = key
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def set_input_files(self, selector: str, files: Sequence[Path]) -> None:
        found = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")["result"]
        if "objectId" not in found:
            raise BrowserError(f"{selector} is not in {self.target.url}")
        self.call("DOM.setFileInputFiles", objectId=found["objectId"], files=[str(Path(f).resolve()) for f in files])

    def resize(self, width: int, height: int, density: float = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": density, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.wait_until(f"innerWidth === {width}")

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def to_front(self) -> None:
        self.call("Page.bringToFront")

    def close(self) -> None:
        if not self.closed:
            self._browser.connection.call("Target.closeTarget", {"targetId": self.target.id})
            poll(lambda: self.closed, 10, "the page to close")
