"""What a browser test may ask of a browser: one protocol, one implementation for each browser.

A test uses only what is here, so that the same test runs in every browser. Nothing in the protocol is a trick played on
the extension: clicks are input events, the menu is the browser's own, and ``activeTab`` is granted by the browser. The
one exception, a Chromium without a screen, says so in ``Browser.real_menu``.

JavaScript handed to ``evaluate`` and ``wait_until`` runs through the debugging protocol, which the content security
policy of an extension page does not reach (``eval`` inside the page would be refused).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Point = tuple[float, float]
Where = str | Point
"""A CSS selector, or a point of the viewport in CSS pixels (for what a selector cannot reach: shadow roots, frames)."""


class BrowserError(Exception):
    """The browser did not do what the test asked for."""


class ScriptError(BrowserError):
    """JavaScript run by the test threw; the text is the exception's."""


@dataclass(frozen=True)
class MenuEntry:
    """An entry that the extension adds to the context menu: its ``contextMenus`` id and the title the user reads.

    below: how many entries of Chromium's own stand below it: 1 on a picture, a link, a video ("Inspect"); 2 on the bare
        page (and "View page source"); 3 on the bare page in a frame.
    """

    id: str
    title: str
    below: int = 1


@dataclass(frozen=True)
class Message:
    """One line of any console. ``level``: "error", "warning", "info"…; ``source``: address of the page or worker;
    ``kind``: "console", "exception" (uncaught) or "log" (what the browser itself reports: CSP, network…)."""

    level: str
    text: str
    source: str
    kind: str


@dataclass(frozen=True)
class Sent:
    """A request that code of the extension made, as the browser itself accounts for it, whether it arrived or not."""

    method: str
    url: str


@dataclass(frozen=True)
class Options:
    """How to start a browser.

    extension: the unpacked extension.
    hosts: host name → (address, port) that answers for it, on any port and with any certificate. When it is not empty
        every other name but localhost fails to resolve, so a test can never reach the network by accident.
    trusted: of the one key that those hosts may show, the SHA-256 in base64 (Chromium; "": any certificate will do, but
        then nothing that comes is put into the browser's cache).
    viewport: width and height of a page's visible part, in CSS pixels.
    log_requests: keep the account of ``Browser.sent``.
    install: False leaves the extension out until ``Browser.install``, for pages that were open before it.
    mode: None (see ``CLEAR_BROWSER_MODE`` in the implementation), or a mode that the implementation knows.
    switches: more command-line switches for Chromium.
    """

    extension: Path
    hosts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    trusted: str = ""
    viewport: tuple[int, int] = (1280, 800)
    device_scale_factor: float = 1.0
    dark: bool = False
    install: bool = True
    log_requests: bool = False
    mode: str | None = None
    switches: Sequence[str] = ()


class Page(Protocol):
    """A tab, a popup or any other document one can look at."""

    @property
    def url(self) -> str: ...

    @property
    def closed(self) -> bool:
        """True once the page is gone, whoever closed it."""

    def goto(self, url: str) -> None:
        """Navigate and wait for the load event. Raises BrowserError if the page cannot be loaded."""

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression as JSON; a promise is awaited, for at most 30 s (else use ``wait_until``).

        Raises ScriptError if it throws.
        """

    def wait_until(self, predicate: str, timeout: float = 15.0) -> Any:
        """Poll an expression until it is truthy and return that value. Raises BrowserError, naming the expression."""

    def click(self, where: Where) -> None:
        """Left click in the middle of the visible part of the element (scrolled into view if it is wholly outside)."""

    def hover(self, where: Where) -> Point:
        """Move the pointer there, pressing nothing; gives where that is in the viewport."""

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the left button at one point of the viewport, move to another, and release it there."""

    def right_click_menu(self, where: Where, entry: MenuEntry) -> None:
        """Right click, then the extension's entry in the menu that opens."""

    def type(self, text: str) -> None:
        """Put text where the focus is, as an input method does (input events, no key events)."""

    def fill(self, selector: str, text: str) -> None:
        """Replace the text of an input field."""

    def press(self, key: str) -> None:
        """Press and release one key: a character, or "Enter", "Escape", "Tab", "ArrowDown"…

        The page gets it, the browser around it does not: Escape does not close a popup here (``close`` does).
        """

    def set_input_files(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files in an ``<input type=file>`` without its dialogue."""

    def resize(self, width: int, height: int, density: float = 1) -> None:
        """Give a tab another viewport (CSS pixels), and as many device pixels to each of them."""

    def screenshot(self, path: Path) -> None:
        """Write the visible part as PNG, in device pixels."""

    def to_front(self) -> None:
        """Show this tab: one behind another is not painted, and takes no clicks."""

    def close(self) -> None: ...


class Browser(Protocol):
    """A running browser with a fresh profile. A context manager; ``close`` leaves no process and no file behind."""

    name: str
    real_menu: bool
    """False if the context-menu event is raised by the driver because the mode has no native menu."""

    @property
    def messages(self) -> list[Message]:
        """Everything that any console has said so far. A test may clear it."""

    @property
    def sent(self) -> list[Sent]:
        """Every request of the extension, to whatever address. Needs ``Options.log_requests``; to be read after
        ``close``."""

    @property
    def processes(self) -> list[int]:
        """Process ids of what was started (their children not among them)."""

    @property
    def errors(self) -> list[Message]:
        """What went wrong inside the extension: see ``extension_errors``."""

    @property
    def origin(self) -> str:
        """``chrome-extension://…`` or ``moz-extension://…``, without a slash at the end."""

    def install(self) -> None:
        """Load the extension (done at the start unless ``Options.install`` is False)."""

    @property
    def profile(self) -> Path:
        """The folder where this browser keeps everything."""

    def allow_private(self) -> None:
        """Let the extension into private windows. It is loaded anew for that."""

    def private_start(self) -> Page:
        """The extension's start page in a new private window."""

    def install_other(self, extension: Path) -> str:
        """Install another extension beside the one under test; gives its origin."""

    def open(self, url: str) -> Page:
        """Open a tab in front and wait for the load event."""

    def extension_page(self, path: str) -> Page:
        """Open a page of the extension in a tab."""

    def toolbar_click(self, page: Page) -> None:
        """The extension's toolbar button, on the tab of ``page``."""

    def shortcut(self, page: Page, command: str, keys: str) -> None:
        """A keyboard shortcut of the extension ("Alt+Shift+F") while ``page`` is in front, by which browsers know the
        command of that name. Where there is no keyboard to press it on the browser is told of the command."""

    def popup(self, timeout: float = 15.0) -> Page:
        """The extension's popup page that the last right click, button or shortcut brought, in a popup or in a tab."""

    def answer(self, page: Page, allow: bool) -> None:
        """Answer the browser's question whether the extension, in ``page``, may have one more permission.

        Needs ``real_menu``.
        """

    def background(self, expression: str) -> Any:
        """Evaluate in the extension's service worker (Firefox: event page)."""

    def __enter__(self) -> Browser: ...

    def __exit__(self, *exc: object) -> None: ...

    def close(self) -> None: ...


def extension_errors(messages: Sequence[Message], origin: str) -> list[Message]:
    """Errors whose source is the extension at ``origin``, wherever its code ran.

    A failed request to a photo service is not among them: the extension must tell the user, not the console. Neither is
    what Firefox notes about every page that closes while the browser still works on one of its wishes.
    """
    unloaded = ("Promise resolved after context unloaded", "Promise rejected after context unloaded")
    harmless = ("Failed to load http", *unloaded)
    return [
        m
        for m in messages
        if m.level == "error" and m.source.startswith(origin + "/") and not m.text.startswith(harmless)
    ]


SAYS = "document.body?.innerText.replace(/\\s+/g, ' ').slice(0, 300)"


def poll(attempt: Callable[[], Any], timeout: float, what: str, evaluate: Callable[[str], Any] | None = None) -> Any:
    """Call ``attempt`` until it returns something truthy, and return that. Raises BrowserError naming ``what``, and
    what stands on the page then, if ``evaluate`` can ask it."""
    end = time.monotonic() + timeout
    while True:
        value = attempt()
        if value:
            return value
        if time.monotonic() > end:
            says = ""
            with contextlib.suppress(BrowserError):
                says = f"; the page says: {evaluate(SAYS)}" if evaluate else ""
            raise BrowserError(f"waited {timeout:g} s in vain for {what}{says}")
        time.sleep(0.02)


def names() -> list[str]:
    """Browsers to test: ``CLEAR_BROWSERS`` (comma-separated), else "chromium"."""
    return os.environ.get("CLEAR_BROWSERS", "chromium").split(",")


def launch(name: str, options: Options) -> Browser:
    """Start the named browser. Raises BrowserError with a sentence that says what to install if it is missing."""
    if name == "chromium":
        from tests.browser.chromium import Chromium

        return Chromium(options)
    if name == "firefox":
        from tests.browser.firefox import Firefox

        return Firefox(options)
    raise BrowserError(f"no driver for a browser called {name!r}: use chromium or firefox")


# In both browsers: where to click. The middle of the part of the element that can be seen.
VISIBLE_MIDDLE = """(async selector => {
  const element = document.querySelector(selector);
  if (!element) return null;
  const middle = () => {
    const r = element.getBoundingClientRect();
    const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth);
    const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
    return right > left && bottom > top ? [(left + right) / 2, (top + bottom) / 2] : null;
  };
  const reachable = () => {  // it may be scrolled out of a part of the page, under its neighbour
    const at = middle(), top = at && document.elementFromPoint(...at);
    return top !== null && (element.contains(top) || top.contains(element));
  };
  if (!reachable()) element.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  await new Promise(laid => setTimeout(laid, 40));  // what comes into sight may change its size
  return middle();
})"""


def steady(measure: Callable[[], Point], hover: Callable[[Point], None]) -> Point:
    """Where to press, with the pointer there already: what it leaves and what it comes to may change, and move it."""
    at = measure()
    for _ in range(20):
        hover(at)
        before, at = at, measure()
        if at == before:
            break
    return at
