"""What a search has found and not told yet, and when it may tell it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clear_core.errors import Problem
from clear_core.photos import Page, ScoredPhoto
from clear_core.scores import Pictures, joined


@dataclass(slots=True)
class News:
    """What came since the last update; see there. ``pictures`` has one for each of ``scored``."""

    asked: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    scored: list[ScoredPhoto] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pictures: list[Pictures] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.pages or self.scored or self.problems)  # a question alone can wait for its answer

    def fields(self) -> dict[str, Any]:
        """As fields of an update."""
        return {
            "asked": tuple(self.asked),
            "pages": tuple(self.pages),
            "scored": tuple(self.scored),
            "problems": tuple(self.problems),
            "pictures": joined(self.pictures) if self.pictures else None,
        }


class Beat:
    """A pause after each update: news come a hundred times a second, and pages are painted four times."""

    def __init__(self, seconds: float, wake: Callable[[], object]) -> None:
        self._seconds, self._wake = seconds, wake
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_pause(self) -> bool:
        return self._timer is not None

    def begin(self) -> None:
        """The pause; ``wake`` is called at its end."""
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self.end)

    def end(self) -> None:
        """The pause is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._wake()
