"""Chromium, driven through its own debugging protocol.

``CLEAR_BROWSER_MODE`` (or ``Options.mode``) says how:
  xvfb      a real window on a virtual screen: native context menu, real keyboard. The default where Xvfb is installed.
  display   the same on the screen in ``DISPLAY``; it takes the keyboard while it runs, so it must be asked for.
  headless  no screen, so no native menu to click: ``activeTab`` is granted by the toolbar button, and the driver
            raises the menu's event in the service worker. The default where Xvfb is missing.
``CLEAR_CHROMIUM`` names the program; else one on the PATH, else the newest that Playwright has downloaded.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.browser.cdp import Connection, Json
from tests.browser.chromium_page import ChromiumPage, Target
from tests.browser.chromium_process import Process, find_program, requests_of, switches
from tests.browser.driver import (
    BrowserError,
    MenuEntry,
    Message,
    Options,
    Page,
    ScriptError,
    Sent,
    extension_errors,
    poll,
)
from tests.browser.screen import Screen, xvfb_installed

PROTECTED_SECONDS = 0.8  # in which Chromium takes no answer to a question that has just come up
MODIFIERS = {"Alt": "Alt_L", "Ctrl": "Control_L", "Shift": "Shift_L"}
LEVELS = {"assert": "error", "log": "info"}
FIRST_PAGE = "welcome/welcome.html"


class Chromium:
    """A running Chromium. See ``driver.Browser``."""

    name = "chromium"

    def __init__(self, options: Options) -> None:
        mode = options.mode or os.environ.get("CLEAR_BROWSER_MODE") or ("xvfb" if xvfb_installed() else "headless")
        if mode not in ("xvfb", "display", "headless"):
            raise BrowserError(f"CLEAR_BROWSER_MODE is {mode!r}: use xvfb, display or headless")
        self.options = options
        self.real_menu = mode != "headless"
        self.messages: list[Message] = []
        self.sent: list[Sent] = []
        self.targets: dict[str, Target] = {}
        self.screen: Screen | None = None
        self.connection: Connection  # not there before the process is
        self._process: Process | None = None
        self._origin = self._popup = ""
        self._known: set[str] = set()
        self._menu: set[str] = set()
        self._count = 0
        program = find_program()
        self._profile = Path(tempfile.mkdtemp(prefix="clear-chromium-"))
        try:
            if self.real_menu:
                width, height = (round((n + 200) * options.device_scale_factor) for n in options.viewport)
                self.screen = Screen(width, height, os.environ.get("DISPLAY", ":0") if mode == "display" else None)
            self._start(program)
            if options.install:
                self.install()
        except BaseException:
            self.close()
            raise

    def _start(self, program: str) -> None:
        switched = [*switches(self.options, self.screen is None), *self._logging()]
        arguments = [*switched, f"--user-data-dir={self._profile}", "about:blank"]
        display = self.screen.name if self.screen else None
        self._process = Process(program, arguments, display, self._profile / "browser.log")
        self.connection = Connection(self._process.read_fd, self._process.write_fd, self._on_event)
        try:
            self.connection.call("Browser.getVersion", timeout=60)
        except BrowserError as error:
            raise BrowserError(f"{program} does not start ({error}): {self._process.last_words()}") from None
        self.connection.call("Target.setDiscoverTargets", {"discover": True})  # or no word of a target's new address
        self._attach_to_all(None)
        self._fit_window(self._page_at("about:blank", set()))

    def _logging(self) -> list[str]:
        return [f"--log-net-log={self._profile / 'net.json'}"] if self.options.log_requests else []

    def _fit_window(self, page: ChromiumPage) -> None:
        """Make the visible part as large as asked: what the window's frame and bars take depends on the mode."""
        width, height = self.options.viewport
        seen = page.wait_until("innerWidth && [innerWidth, innerHeight]")
        window = self.connection.call("Browser.getWindowForTarget", {"targetId": page.target.id})
        bounds = window["bounds"]
        bounds = {"width": bounds["width"] + width - seen[0], "height": bounds["height"] + height - seen[1]}
        self.connection.call("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": bounds})
        page.wait_until(f"innerWidth === {width} && innerHeight === {height}")

    # What happens in the browser. On the connection's thread: send, never call.

    def _attach_to_all(self, session: str | None) -> None:
        """Attach to everything below, now and later. Nothing is stopped for it: consoles repeat what they said."""
        parameters: Json = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        if session is not None:  # a page lists the service worker again, which would say everything twice
            parameters["filter"] = [{"type": "service_worker", "exclude": True}, {}]
        self.connection.send("Target.setAutoAttach", parameters, session)

    def _on_event(self, method: str, params: Json, session: str | None) -> None:
        if method == "Target.attachedToTarget":
            info, new = params["targetInfo"], params["sessionId"]
            self._count += 1
            self.targets[new] = Target(info["targetId"], new, info["type"], info["url"], self._count)
            self.connection.send("Runtime.enable", None, new)
            self.connection.send("Log.enable", None, new)
            self._attach_to_all(new)
        elif method == "Target.detachedFromTarget":
            self.targets.pop(params["sessionId"], None)
        elif method == "Target.targetInfoChanged":
            info = params["targetInfo"]
            for target in self.targets.copy().values():
                if target.id == info["targetId"]:
                    target.url, target.type = info["url"], info["type"]  # a popup starts as type "other"
        elif session is not None and session in self.targets:
            message = _message(method, params, self.targets[session].url)
            if message is not None:
                self.messages.append(message)

    # What the driver does.

    def evaluate(self, session: str, expression: str) -> Any:
        """Value of an expression in a session. Raises ScriptError; BrowserError if the document goes away meanwhile."""
        parameters = {"expression": f"(async () => ({expression}))()", "awaitPromise": True, "returnByValue": True}
        answer = self.connection.call("Runtime.evaluate", parameters, session)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ScriptError(f"{expression}: {details.get('exception', {}).get('description') or details['text']}")
        return answer["result"].get("value")

    def evaluate_if_alive(self, session: str, expression: str) -> Any:
        """The same, but None between two documents. Raises BrowserError at once if the page has closed."""
        try:
            return self.evaluate(session, expression)
        except ScriptError:
            raise
        except BrowserError as error:
            if session not in self.targets:
                raise BrowserError(f"the page closed before {expression}") from error
            return None

    def trigger_action(self, page: Target) -> None:
        """The toolbar button, as the browser itself triggers it; it wants the tab's target, not the page's in it."""
        tabs = self.connection.call("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
        tab = next((tab["targetId"] for tab in tabs if tab["url"] == page.url), None)
        if tab is None:
            raise BrowserError(f"no tab shows {page.url}")
        self.connection.call("Extensions.triggerAction", {"id": self._id, "targetId": tab})

    def wait_for_menu_entry(self, entry: MenuEntry) -> None:
        """Wait until the extension has made the entry: it does so some time after its installation."""
        if entry.id not in self._menu:
            there = f"chrome.contextMenus.update({json.dumps(entry.id)}, {{}}).then(() => true, () => false)"
            poll(lambda: self.background(there), 10, f"the extension to make the menu entry {entry.id!r}")
            self._menu.add(entry.id)

    def remember_targets(self) -> None:
        """From now on ``popup`` means one that is not open yet."""
        self._known = set(self.targets)

    def _newest(self, kind: str, prefix: str, known: set[str]) -> Target | None:
        fits = [t for t in self.targets.copy().values() if t.type == kind and t.url.startswith(prefix)]
        return max((t for t in fits if t.session not in known), key=lambda t: t.order, default=None)

    def _page_at(self, prefix: str, known: set[str], timeout: float = 15.0) -> ChromiumPage:
        try:
            return ChromiumPage(self, poll(lambda: self._newest("page", prefix, known), timeout, f"a page at {prefix}"))
        except BrowserError as error:
            there = sorted(f"{target.type} {target.url}" for target in self.targets.copy().values())
            menus = len(self.screen.menus()) if self.screen else 0
            raise BrowserError(f"{error}; {menus} menus are open, and there are {', '.join(there)}") from None

    # driver.Browser

    @property
    def processes(self) -> list[int]:
        return [p for p in (self._process and self._process.pid, self.screen and self.screen.pid) if p]

    @property
    def _id(self) -> str:
        return self.origin.removeprefix("chrome-extension://")

    @property
    def origin(self) -> str:
        if not self._origin:
            raise BrowserError("the extension is not installed yet")
        return self._origin

    @property
    def errors(self) -> list[Message]:
        return extension_errors(self.messages, self.origin)

    def install(self) -> None:
        # Not --load-extension: branded Chrome ignores it, and it cannot wait for pages to be open.
        extension = self.options.extension.resolve()
        answer = self.connection.call("Extensions.loadUnpacked", {"path": str(extension)})
        self._origin = f"chrome-extension://{answer['id']}"
        manifest = json.loads((extension / "manifest.json").read_text(encoding="utf-8"))
        self._popup = manifest.get("action", {}).get("default_popup", "").partition("?")[0]
        granted = {"permissions": ["clipboardReadWrite"], "origin": self._origin}  # for a test to read what was copied
        self.connection.call("Browser.grantPermissions", granted)
        # The service worker runs. Its target is there a moment before the extension's functions are.
        poll(lambda: self.background("typeof chrome !== 'undefined'"), 10, "the service worker to start")
        if (extension / FIRST_PAGE).is_file():  # opens by itself, but not again after a restart
            with contextlib.suppress(BrowserError):
                self._page_at(f"{self.origin}/{FIRST_PAGE}", set(), 5)

    def install_other(self, extension: Path) -> str:
        answer = self.connection.call("Extensions.loadUnpacked", {"path": str(extension.resolve())})
        return f"chrome-extension://{answer['id']}"

    def open(self, url: str) -> ChromiumPage:
        created = self.connection.call("Target.createTarget", {"url": "about:blank"})["targetId"]

        def attached() -> Target | None:
            return next((t for t in self.targets.copy().values() if t.id == created), None)

        page = ChromiumPage(self, poll(attached, 15, "a new tab"))
        page.goto(url)
        return page

    def tab_at(self, url: str) -> ChromiumPage:
        """The tab that shows an address, whoever opened it."""
        page = self._page_at(url, set())
        page.wait_until("document.readyState === 'complete'")
        return page

    def extension_page(self, path: str) -> ChromiumPage:
        return self.open(f"{self.origin}/{path.lstrip('/')}")

    def toolbar_click(self, page: Page) -> None:
        assert isinstance(page, ChromiumPage)
        self.remember_targets()
        page.to_front()
        self.trigger_action(page.target)

    def shortcut(self, page: Page, command: str, keys: str) -> None:
        assert isinstance(page, ChromiumPage)
        self.remember_targets()
        page.to_front()
        if self.screen is not None:
            *modifiers, key = keys.split("+")
            self.screen.press(*(MODIFIERS[name] for name in modifiers), key.lower())
        elif command == "_execute_action":
            self.trigger_action(page.target)
        else:
            page.raise_event("commands.onCommand", json.dumps(command))

    def popup(self, timeout: float = 15.0) -> ChromiumPage:
        page = self._page_at(f"{self.origin}/{self._popup}", self._known, timeout)
        page.wait_until("document.readyState === 'complete'", timeout)
        return page

    def answer(self, page: Page, allow: bool) -> None:
        if self.screen is None:
            raise BrowserError("without a screen Chromium's question cannot be answered")
        page.wait_until("!document.hasFocus()")  # the question has it
        time.sleep(PROTECTED_SECONDS)
        for key in [*["Tab"] * allow, "Return"]:
            self.screen.press(key)
        page.wait_until("document.hasFocus() || document.visibilityState === 'hidden'")

    def background(self, expression: str) -> Any:
        # Attached to, the worker does not stop after its 30 idle seconds, as it would for a user.
        find = lambda: self._newest("service_worker", self.origin + "/", set())  # noqa: E731
        return self.evaluate(poll(find, 10, "the extension's service worker").session, expression)

    # Accidents, which only this driver can stage.

    def worker(self, script: str, timeout: float = 15.0) -> str:
        """The newest worker that runs a script of the extension, to be named to ``in_worker``."""
        find = lambda: self._newest("worker", f"{self.origin}/{script}", set())  # noqa: E731
        worker: Target = poll(find, timeout, f"a worker {script}")
        return worker.session

    def in_worker(self, worker: str, expression: str) -> None:
        """Evaluate in a worker, without waiting for it: it may not survive."""
        self.connection.send("Runtime.evaluate", {"expression": expression}, worker)

    def stop_background(self) -> None:
        """End the service worker, as the browser does when it has been idle. ``background`` has no answer then."""
        page = self.extension_page("options/options.html")
        page.call("ServiceWorker.enable")
        page.call("ServiceWorker.stopAllWorkers")
        page.goto("chrome://serviceworker-internals")
        page.wait_until("/Running Status:\\s*STOPPED/.test(document.body.innerText)")
        page.close()

    def reload_extension(self, page: Page) -> None:
        """Load the extension anew from a page of it, as an update does, and wait until it is back: an action that is
        clicked between its two lives opens a page without chrome.*, or ends the browser."""
        old = set(self.targets.copy())
        page.evaluate("void setTimeout(() => chrome.runtime.reload(), 50)")
        poll(lambda: page.closed, 15, "the extension's page to close")
        self._wait_until_back(old)

    def _wait_until_back(self, old: set[str]) -> None:
        """Until its service worker is one that is not among ``old`` sessions. The old one is not asked whether it is
        still there: in its last moment it takes a question and never answers."""
        new = poll(lambda: self._newest("service_worker", self.origin, old), 30, "the extension to be back")
        poll(lambda: self.evaluate(new.session, "!!globalThis.chrome?.i18n"), 15, "the extension's chrome.*")

    @property
    def profile(self) -> Path:
        return self._profile

    def allow_private(self) -> None:
        self.developer_mode()
        page = self.open("chrome://extensions")
        change = json.dumps({"extensionId": self._id, "incognitoAccess": True})
        old = set(self.targets.copy())
        page.evaluate(f"chrome.developerPrivate.updateExtensionConfiguration({change})")
        page.close()
        self._wait_until_back(old)
        assert self.background("chrome.extension.isAllowedIncognitoAccess()")

    def private_start(self) -> ChromiumPage:
        url = "about:blank?private"
        self.background(f"chrome.windows.create({{incognito: true, url: {json.dumps(url)}}}).then(() => true)")
        self.toolbar_click(self.tab_at(url))
        return self.popup()

    def developer_mode(self) -> None:
        """Or else an unpacked extension stays switched off once it has been."""
        page = self.open("chrome://extensions")
        page.evaluate("chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true})")
        page.close()

    def kill_and_restart(self) -> None:
        """End the browser without a warning, and start it again with what it has on the disk."""
        assert self._process is not None
        self._process.kill()
        self.connection.close()
        self.targets.clear()
        self._menu.clear()
        (self._profile / "SingletonLock").unlink(missing_ok=True)
        self._start(find_program())
        self.install()

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process is not None:
            self.connection.send("Browser.close")
            self._process.end()
            self.connection.close()
        if self.options.log_requests and self._origin:
            self.sent = requests_of(self._origin, self._profile / "net.json")
            self._origin = ""
        if self.screen is not None:
            self.screen.close()
        shutil.rmtree(self._profile, ignore_errors=True)


def _message(method: str, params: Json, url: str) -> Message | None:
    """What an event says about the console of the document or worker at ``url``."""

    def source(trace: Json | None) -> str:
        """The script that spoke: one that the extension put into a page is not the page's."""
        frames = (trace or {}).get("callFrames") or [{}]
        return str(frames[0].get("url") or url)

    if method == "Runtime.consoleAPICalled":
        text = " ".join(str(a.get("value", a.get("description", a["type"]))) for a in params["args"])
        level = LEVELS.get(str(params["type"]), str(params["type"]))
        return Message(level, text, source(params.get("stackTrace")), "console")
    if method == "Runtime.exceptionThrown":
        details = params["exceptionDetails"]
        text = str(details.get("exception", {}).get("description") or details["text"])
        return Message("error", text, details.get("url") or source(details.get("stackTrace")), "exception")
    if method == "Log.entryAdded":
        entry = params["entry"]
        text = f"Failed to load {entry.get('url')}: {entry['text']}" if entry["source"] == "network" else entry["text"]
        return Message(entry["level"], text, url, "log")
    return None
