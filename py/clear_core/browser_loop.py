"""The event loop in Pyodide. Imports Pyodide, as ``browser.py`` does; nothing else of the core does.

Pyodide's own loop hands every callback to the browser by itself, and has two message ports made for each: 15,000 ports
in a search of 500 photos. This one runs all that is ready together, as the loops of asyncio do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from pyodide.webloop import WebLoop

AT_ONCE = 100
"""Callbacks after which messages of the browser have their turn."""


class ReadyLoop(WebLoop):  # type: ignore[misc]  # Pyodide comes without types
    """Pyodide's loop, but for what is to run soon."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: deque[asyncio.Handle] = deque()
        self._awaited = False  # is a turn on its way?

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context=context)
        self._ready.append(handle)
        if not self._awaited:
            self._ask_for_turn()
        return handle

    def _ask_for_turn(self) -> None:
        self._awaited = True
        self.call_later(0, self._run_ready)

    def _run_ready(self) -> None:
        try:
            for _ in range(AT_ONCE):
                if not self._ready:
                    break
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
                # As in asyncio: the traceback of what was cancelled holds this frame, and with it a whole search.
                del handle
        finally:
            self._awaited = False
            if self._ready:
                self._ask_for_turn()


def install() -> None:
    """Make it the loop that runs. What was begun in another one cannot go on in this one."""
    asyncio.set_event_loop(ReadyLoop())
