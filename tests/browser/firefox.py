"""Firefox, driven through WebDriver BiDi, headless.

Its context menu exists without a screen, and ``activateItem`` chooses from it as a click does, so ``real_menu`` holds.
``CLEAR_FIREFOX`` names the program; else ``firefox-esr`` or ``firefox`` on the PATH.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from tests.browser import firefox_chrome as chrome
from tests.browser.bidi import Bidi
from tests.browser.driver import (
    VISIBLE_MIDDLE,
    BrowserError,
    MenuEntry,
    Message,
    Options,
    Page,
    Point,
    ScriptError,
    Sent,
    Where,
    extension_errors,
    poll,
    steady,
)
from tests.browser.socks import SocksProxy

UUID = "11111111-2222-4333-8444-555555555555"  # the host of moz-extension://, which is random otherwise
# Firefox has no pipe that ends it when its test is killed: ask the (Linux) kernel to (PR_SET_PDEATHSIG = 1).
DIE_WITH_PARENT = """
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
os.execv(sys.argv[1], sys.argv[1:])
"""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Backspace": "\ue003", "Delete": "\ue017"}
KEYS |= {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
KEYS |= {"Home": "\ue011", "End": "\ue010"}
FOREIGN_FRAME = """((x, y) => {
  const frame = document.elementFromPoint(x, y);
  if (frame?.localName !== 'iframe' || frame.contentDocument) return null;
  const box = frame.getBoundingClientRect();
  return [frame.src, box.x + frame.clientLeft, box.y + frame.clientTop];
})"""
PREFERENCES: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "dom.events.testing.asyncClipboard": True,  # a test may read what was copied without a click
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "security.notification_enable_delay": 0,  # in which it takes no answer to a question that has just come up
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


def find_program() -> str:
    """Path of Firefox. Raises BrowserError that says what to install."""
    named = os.environ.get("CLEAR_FIREFOX")
    for name in (named,) if named else ("firefox-esr", "firefox"):
        if path := shutil.which(name):
            return path
    if named:
        raise BrowserError(f"CLEAR_FIREFOX names {named}, which is not a program")
    raise BrowserError("no Firefox: install the package `firefox-esr`, or set CLEAR_FIREFOX to the path of one")


def to(point: Point) -> dict[str, Any]:
    """A stroke of the mouse."""
    return {"type": "pointerMove", "x": round(point[0]), "y": round(point[1])}


class FirefoxPage:
    """A tab or the popup. See ``driver.Page``."""

    def __init__(self, browser: Firefox, context: str) -> None:
        self._browser = browser
        self.context = context

    @property
    def url(self) -> str:
        return str(self.evaluate("location.href"))

    @property
    def closed(self) -> bool:
        return self.context not in self._browser.documents()

    def goto(self, url: str) -> None:
        try:
            self._browser.bidi.call("browsingContext.navigate", context=self.context, url=url, wait="complete")
        except BrowserError as error:
            raise BrowserError(f"{url}: {error}") from None

    def evaluate(self, expression: str) -> Any:
        return self._browser.bidi.evaluate(self.context, expression)

    def wait_until(self, predicate: str, timeout: float = 15.0) -> Any:
        def attempt() -> Any:
            try:
                return self.evaluate(predicate)
            except ScriptError:
                raise
            except BrowserError as error:  # between two documents
                if self.closed:
                    raise BrowserError(f"the page closed before {predicate}") from error
                return None

        return poll(attempt, timeout, predicate, self.evaluate)

    def _point(self, where: Where) -> Point:
        if not isinstance(where, str):
            return where
        point = self.evaluate(f"{VISIBLE_MIDDLE}({json.dumps(where)})")
        if point is None:
            raise BrowserError(f"{where} is not in {self.url}, or has no size")
        return point[0], point[1]

    def _hover(self, point: Point) -> None:
        self._browser.move(self.context, point)

    def _innermost(self, point: Point) -> tuple[str, Point]:
        """The document at a point, and the point in it: BiDi's clicks do not reach into frames of another process."""
        frame = self.evaluate(f"{FOREIGN_FRAME}({point[0]}, {point[1]})")
        if frame is None:
            return self.context, point
        url, left, top = frame
        tree = self._browser.bidi.call("browsingContext.getTree", root=self.context)["contexts"][0]
        context = next(child["context"] for child in tree["children"] if child["url"] == url)
        return context, (point[0] - left, point[1] - top)

    def click(self, where: Where) -> None:
        self._browser.click(self.context, self.hover(where), 0)

    def hover(self, where: Where) -> Point:
        return steady(lambda: self._point(where), self._hover)

    def drag(self, start: Point, end: Point) -> None:
        self._browser.click(self.context, start, 0, end)

    def right_click_menu(self, where: Where, entry: MenuEntry) -> None:
        self._browser.wait_for_menu_entry(entry)
        self.to_front()
        self._browser.remember_documents()
        self._browser.click(*self._innermost(self._point(where)), 2)
        title = {"title": json.dumps(entry.title)}
        chosen = poll(lambda: self._browser.in_chrome(chrome.CHOOSE % title), 10, "the context menu to open")
        if chosen is not True:
            raise BrowserError(f"the context menu has no {entry.title!r}, but: {chosen}")

    def type(self, text: str) -> None:
        self.evaluate(f"document.execCommand('insertText', false, {json.dumps(text)})")

    def fill(self, selector: str, text: str) -> None:
        self.evaluate(f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(selector)}))")
        if text:
            self.type(text)
        else:
            self.press("Backspace")

    def press(self, key: str) -> None:
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self._browser.bidi.call("input.performActions", context=self.context, actions=actions)

    def set_input_files(self, selector: str, files: Sequence[Path]) -> None:
        element = self._browser.bidi.element(self.context, selector)
        # BiDi cannot choose a folder here: its files are chosen instead, as on a telephone.
        single = [one for f in files for one in (sorted(f.iterdir()) if f.is_dir() else [f])]
        paths = [str(one.resolve()) for one in single]
        self._browser.bidi.call("input.setFiles", context=self.context, element=element, files=paths)

    def resize(self, width: int, height: int, density: float = 1) -> None:
        size = {"width": width, "height": height}
        call = self._browser.bidi.call
        call("browsingContext.setViewport", context=self.context, viewport=size, devicePixelRatio=density)
        self.wait_until(f"innerWidth === {width}")

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = self._browser.bidi.call("browsingContext.captureScreenshot", context=self.context)
        path.write_bytes(base64.b64decode(answer["data"]))

    def to_front(self) -> None:
        self._browser.show_tab(self.context)

    def close(self) -> None:
        kind = self._browser.documents().get(self.context, ("", ""))[0]
        if kind == "popup":
            self._browser.in_chrome(chrome.HIDE_POPUP)
        elif kind:
            self._browser.bidi.call("browsingContext.close", context=self.context)
        poll(lambda: self.closed, 10, "the page to close")


class Firefox:
    """A running Firefox. See ``driver.Browser``."""

    name = "firefox"
    real_menu = True

    def __init__(self, options: Options) -> None:
        if options.mode not in (None, "headless"):
            raise BrowserError(f"Firefox is driven headless only, not {options.mode!r}")
        self.options = options
        manifest = json.loads((options.extension / "manifest.json").read_text(encoding="utf-8"))
        self._id: str = manifest["browser_specific_settings"]["gecko"]["id"]
        self._popup: str = manifest.get("action", {}).get("default_popup", "").partition("?")[0]
        self._messages: list[Message] = []
        self.sent: list[Sent] = []
        self._known: set[str] = set()
        self._menu: set[str] = set()
        self._installed = False
        self._proxy: SocksProxy | None = None
        self._process: subprocess.Popen[str] | None = None
        self.bidi: Bidi  # not there before the process is
        program = find_program()
        self._profile = Path(tempfile.mkdtemp(prefix="clear-firefox-"))
        try:
            if options.hosts:
                self._proxy = SocksProxy(options.hosts)
            self._start(program)
            if options.install:
                self.install()
        except BaseException:
            self.close()
            raise

    def _preferences(self) -> dict[str, Any]:
        chosen = dict(PREFERENCES)
        chosen["extensions.webextensions.uuids"] = json.dumps({self._id: UUID})
        if self._proxy is not None:
            chosen |= {
                "network.proxy.type": 1,
                "network.proxy.socks": "127.0.0.1",
                "network.proxy.socks_port": self._proxy.port,
            }
            chosen |= {
                "network.proxy.socks_version": 5,
                "network.proxy.socks_remote_dns": True,
                "network.proxy.failover_direct": False,
            }
        if self.options.device_scale_factor != 1:
            chosen["layout.css.devPixelsPerPx"] = str(self.options.device_scale_factor)
        if self.options.dark:
            chosen |= {"ui.systemUsesDarkTheme": 1, "layout.css.prefers-color-scheme.content-override": 0}
        return chosen

    def _start(self, program: str) -> None:
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in self._preferences().items())
        (self._profile / "user.js").write_text("".join(lines), encoding="utf-8")
        arguments = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--remote-allow-system-access"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", DIE_WITH_PARENT, program, *arguments, "--profile", str(self._profile)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # a process group of its own, to end all of it
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "WebDriver BiDi listening on" in line:
                break
        else:
            raise BrowserError(f"{program} does not start: {''.join(said[-5:])}")
        threading.Thread(target=_read_to_end, args=(self._process.stderr,), name="firefox", daemon=True).start()
        self.bidi = Bidi(line.split()[-1])
        scope: dict[str, Any] = {"moz:scope": "chrome"}
        tree = self.bidi.call("browsingContext.getTree", **scope)["contexts"]
        self._window = next(c["context"] for c in tree if c["url"].endswith("/browser.xhtml"))
        self.in_chrome(chrome.WATCH_CONSOLES)
        self.in_chrome(chrome.ADOPT_VIEWS % self._quoted)
        if self.options.log_requests:
            self.in_chrome(chrome.LOG_REQUESTS % {"origin": json.dumps(f"moz-extension://{UUID}")})
        self._fit_window(FirefoxPage(self, next(iter(self.documents()))))

    def _fit_window(self, page: FirefoxPage) -> None:
        width, height = self.options.viewport
        seen = page.wait_until("innerWidth && [innerWidth, innerHeight]")
        self.in_chrome(f"window.resizeBy({width - seen[0]}, {height - seen[1]})")
        page.wait_until(f"innerWidth === {width} && innerHeight === {height}")

    # What the driver does.

    @property
    def _quoted(self) -> dict[str, str]:
        return {"id": json.dumps(self._id)}

    def in_chrome(self, expression: str) -> Any:
        """Evaluate in the browser's own window."""
        return self.bidi.evaluate(self._window, expression)

    def documents(self) -> dict[str, tuple[str, str]]:
        """BiDi context → (kind, address) of all tabs and of the extension's popup and event page."""
        views = {v["id"]: (v["type"], v["url"]) for v in self.in_chrome(chrome.LIST_VIEWS % self._quoted)}
        tabs = self.bidi.call("browsingContext.getTree", maxDepth=0)["contexts"]
        return {t["context"]: ("tab", t["url"]) for t in tabs} | {k: v for k, v in views.items() if v[0] != "tab"}

    def show_tab(self, context: str) -> None:
        """Show a tab, without the popup: the system closes it on a click elsewhere, but not on BiDi's clicks."""
        self.in_chrome(chrome.HIDE_POPUP)
        popups = [c for c, (kind, _) in self.documents().items() if kind == "popup"]
        poll(lambda: not set(popups) & set(self.documents()), 10, "the popup to close")
        self.bidi.call("browsingContext.activate", context=context)

    def click(self, context: str, point: Point, button: int, end: Point | None = None) -> None:
        """A mouse click at a point of a document, by BiDi's button number; with ``end`` a drag from there to here."""
        strokes: list[dict[str, Any]] = [to(point), {"type": "pointerDown", "button": button}]
        strokes += [to(end)] if end else []
        self._mouse(context, [*strokes, {"type": "pointerUp", "button": button}])

    def move(self, context: str, point: Point) -> None:
        self._mouse(context, [to(point)])

    def _mouse(self, context: str, strokes: list[dict[str, Any]]) -> None:
        actions = [{"type": "pointer", "id": "mouse", "actions": strokes}]
        self.bidi.call("input.performActions", context=context, actions=actions)

    def wait_for_menu_entry(self, entry: MenuEntry) -> None:
        """Wait until the extension has made the entry: it does so some time after its installation."""
        if entry.id not in self._menu:
            there = f"browser.contextMenus.update({json.dumps(entry.id)}, {{}}).then(() => true, () => false)"
            poll(lambda: self.background(there), 10, f"the extension to make the menu entry {entry.id!r}")
            self._menu.add(entry.id)

    def remember_documents(self) -> None:
        """From now on ``popup`` means one that is not open yet."""
        self._known = set(self.documents())

    # driver.Browser

    @property
    def processes(self) -> list[int]:
        return [self._process.pid] if self._process else []

    @property
    def origin(self) -> str:
        if not self._installed:
            raise BrowserError("the extension is not installed yet")
        return f"moz-extension://{UUID}"

    @property
    def messages(self) -> list[Message]:
        self._messages += [Message(**m) for m in self.in_chrome(chrome.TAKE_MESSAGES)]
        return self._messages

    @property
    def errors(self) -> list[Message]:
        return extension_errors(self.messages, self.origin)

    def install(self) -> None:
        path = str(self.options.extension.resolve())
        self.bidi.call("webExtension.install", extensionData={"type": "path", "path": path})
        self._installed = True
        self.background("true")

    @property
    def profile(self) -> Path:
        return self._profile

    def allow_private(self) -> None:
        self.in_chrome(chrome.ALLOW_PRIVATE % self._quoted)
        self.background("true")

    def private_start(self) -> FirefoxPage:
        url = f"{self.origin}/{self._popup}?start&private"  # a tab: BiDi's clicks are for the first window's button
        self.in_chrome(chrome.OPEN_PRIVATE % {"url": json.dumps(url)})
        find = lambda: next((context for context, (_, at) in self.documents().items() if at == url), None)  # noqa: E731
        return FirefoxPage(self, poll(find, 15, "the page in a private window"))

    def install_other(self, extension: Path) -> str:
        data = {"type": "path", "path": str(extension.resolve())}
        name = self.bidi.call("webExtension.install", extensionData=data)["extension"]
        return f"moz-extension://{self.in_chrome(chrome.HOST_OF % {'id': json.dumps(name)})}"

    def open(self, url: str) -> FirefoxPage:
        page = FirefoxPage(self, self.bidi.call("browsingContext.create", type="tab")["context"])
        page.goto(url)
        return page

    def extension_page(self, path: str) -> FirefoxPage:
        return self.open(f"{self.origin}/{path.lstrip('/')}")

    def toolbar_click(self, page: Page) -> None:
        assert isinstance(page, FirefoxPage)
        page.to_front()
        self.remember_documents()
        # A new extension's button is in a menu: put it where users pin it.
        poll(lambda: self.in_chrome(chrome.PIN_BUTTON % self._quoted), 10, "the toolbar button")
        self.in_chrome(chrome.CLICK_BUTTON % self._quoted)

    def shortcut(self, page: Page, command: str, keys: str) -> None:
        page.to_front()
        self.remember_documents()
        *modifiers, key = keys.split("+")
        pressed = {"key": json.dumps(key), "modifiers": json.dumps([name.lower() for name in modifiers])}
        self.in_chrome(chrome.PRESS_SHORTCUT % pressed)

    def popup(self, timeout: float = 15.0) -> FirefoxPage:
        prefix = f"{self.origin}/{self._popup}"

        def find() -> FirefoxPage | None:
            found = [c for c, (_, url) in self.documents().items() if url.startswith(prefix) and c not in self._known]
            with contextlib.suppress(BrowserError):  # see LIST_VIEWS
                for context in reversed(found):
                    if self.bidi.evaluate(context, "document.readyState === 'complete'"):
                        return FirefoxPage(self, context)
            return None

        page: FirefoxPage = poll(find, timeout, f"a page at {prefix}")
        return page

    def answer(self, page: Page, allow: bool) -> None:
        button = {"button": json.dumps("button" if allow else "secondaryButton")}
        poll(lambda: self.in_chrome(chrome.ANSWER % button), 10, "the question")

    def background(self, expression: str) -> Any:
        self.in_chrome(chrome.WAKE_BACKGROUND % self._quoted)  # an event page stops when idle, as for a user

        def find() -> str | None:
            return next((c for c, (kind, _) in self.documents().items() if kind == "background"), None)

        return self.bidi.evaluate(poll(find, 10, "the extension's event page"), expression)

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        if hasattr(self, "bidi"):
            with contextlib.suppress(BrowserError):
                if self.options.log_requests:
                    self.sent = [Sent(**request) for request in self.in_chrome(chrome.SENT)]
                self.bidi.call("browser.close", timeout=10)
            self.bidi.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10 if hasattr(self, "bidi") else 0)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._proxy is not None:
            self._proxy.close()
        shutil.rmtree(self._profile, ignore_errors=True)


def _read_to_end(stream: IO[str]) -> None:
    """A browser whose output nobody reads stops at some point."""
    with contextlib.suppress(ValueError):  # closed meanwhile
        for _ in stream:
            pass
