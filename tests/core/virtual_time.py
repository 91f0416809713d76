"""An event loop in virtual time: waiting takes no time and order is the same every run.

Pure Python, so the tests of the search run under it in Pyodide too, where the real loop belongs to JavaScript.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualTimeLoop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._selector = self

    def time(self) -> float:
        return self._now

    def select(self, timeout: float | None) -> list[Any]:
        """What a selector does: wait. Nothing ready and nothing planned is a search that hangs for ever."""
        if timeout is None:
            raise RuntimeError("deadlock: every task waits and nothing is scheduled")
        self._now += timeout
        return []

    def _process_events(self, events: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time, and fail if it leaves a task behind."""
    loop = VirtualTimeLoop()
    outer = asyncio._get_running_loop()  # Pyodide's own loop always counts as running
    asyncio._set_running_loop(None)
    try:
        result = loop.run_until_complete(main)
        left = [task for task in asyncio.all_tasks(loop) if not task.done()]
        assert not left, f"tasks left behind: {left}"
        return result
    finally:
        asyncio._set_running_loop(outer)
        loop.close()
