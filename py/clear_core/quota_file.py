"""What the command line asked of each service, and when, kept in a file: the next call must know of this one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from clear_core.services.base import Limit
from clear_core.services.quota import MARGIN, seconds_to_wait

_TABLE = "CREATE TABLE IF NOT EXISTS asked (service TEXT, time REAL)"


def default_place() -> Path:
    """Where such files belong: https://specifications.freedesktop.org/basedir-spec/latest/"""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "clear-search" / "quota.sqlite"


class QuotaFile:
    """Times of questions by service. SQLite, so that several calls at once count together.

    ``file`` None, or one that cannot be written: this process alone remembers.
    """

    def __init__(self, file: Path | None) -> None:
        self._database = _open(file)

    def take(self, service: str, limits: Sequence[Limit]) -> float:
        """0.0 and a question taken, or the seconds until one may be."""
        now = time.time()
        longest = max(limit.seconds for limit in limits) + MARGIN
        with self._transaction():
            self._database.execute("DELETE FROM asked WHERE service = ? AND time < ?", (service, now - longest))
            rows = self._database.execute("SELECT time FROM asked WHERE service = ?", (service,))
            wait = seconds_to_wait([row[0] for row in rows], limits, now)
            if wait == 0:
                self._database.execute("INSERT INTO asked VALUES (?, ?)", (service, now))
        return wait

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._database.execute("COMMIT")


def _open(file: Path | None) -> sqlite3.Connection:
    if file is not None:
        with contextlib.suppress(OSError, sqlite3.Error):
            file.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(file, isolation_level=None, timeout=5)
            database.execute(_TABLE)  # fails if this is no database, or none that may be written
            return database
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.execute(_TABLE)
    return database
