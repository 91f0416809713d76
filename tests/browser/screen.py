"""A virtual screen (Xvfb) and its keyboard, for native menus, which no debugging protocol can reach.

No window manager is needed: Chromium takes the focus by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from Xlib import XK, X, Xatom
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import xtest

from tests.browser.driver import BrowserError, MenuEntry, poll

KIND, MENU = "_NET_WM_WINDOW_TYPE", "_NET_WM_WINDOW_TYPE_MENU"


def xvfb_installed() -> bool:
    """Whether a virtual screen can be had."""
    return shutil.which("Xvfb") is not None


class Screen:
    """The X display called ``name``, or (None) an Xvfb of its own, of the given pixels, on the first free number."""

    def __init__(self, width: int, height: int, name: str | None = None) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self.name = self._start(width, height) if name is None else name
        self._display = Display(self.name)

    def _start(self, width: int, height: int) -> str:
        reader, writer = os.pipe()
        # -terminate: it ends with its last client, so that not even a killed test leaves a server behind.
        size = f"{width}x{height}x24"
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-terminate"]
        self._server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            self._server.wait()
            raise BrowserError("Xvfb ended at once: run it by hand to see why")
        return f":{number}"

    @property
    def pid(self) -> int | None:
        """Process id of the Xvfb, if it is our own."""
        return self._server.pid if self._server else None

    def menus(self) -> set[int]:
        """Ids of the menus that can be seen. A status line or a tooltip is a window of its own, too: keys for the menu
        would be lost on it."""
        kind, menu = (self._display.intern_atom(name) for name in (KIND, MENU))
        seen = set()
        for window in self._display.screen().root.query_tree().children:
            try:
                if window.get_attributes().map_state == X.IsViewable:
                    kinds = window.get_full_property(kind, Xatom.ATOM)
                    if kinds is not None and menu in kinds.value:
                        seen.add(window.id)
            except XError:  # it has gone since it was listed
                continue
        return seen

    def press(self, *keys: str) -> None:
        """Press keys of the real keyboard together, by their X names ("Up", "Return", "f"; "Alt_L" and "f")."""
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(key)) for key in keys]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def opens_menu(self, timeout: float = 1.5) -> bool:
        """Whether a menu opens, or has."""
        try:
            return bool(poll(self.menus, timeout, "a menu"))
        except BrowserError:
            return False

    def choose(self, entry: MenuEntry) -> None:
        """Choose the extension's entry in the context menu that is opening.

        It is counted from the end, where less varies. Its first letter would be shorter but is not unique on every kind
        of thing ("Forward" on a page). If more than one entry of the extension fits, they are in a submenu, where the
        first letter does decide.
        """
        menu = poll(self.menus, 5, "the context menu to open")
        for key in [*["Up"] * (entry.below + 1), "Return"]:
            self.press(key)

        def gone() -> bool:
            return not self.menus() & menu

        poll(lambda: gone() or self.menus() - menu, 5, "the menu to take the choice")
        if not gone():
            self.press(entry.title[0].lower())
            poll(gone, 5, f"the submenu to take {entry.title!r}")

    def close(self) -> None:
        """Close the connection and end the server, if it is our own."""
        self._display.close()
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)
