"""What the command line remembers of its questions: over processes, and where nothing can be written."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from clear_core.quota_file import QuotaFile
from clear_core.services import Limit

LIMITS = (Limit(2, 60), Limit(3, 3600))


def test_two_programs_count_together(tmp_path: Path) -> None:
    file = tmp_path / "state" / "quota.sqlite"
    one, two = QuotaFile(file), QuotaFile(file)
    assert one.take("Openverse", LIMITS) == 0 and two.take("Openverse", LIMITS) == 0
    assert 55 < one.take("Openverse", LIMITS) < 65
    assert two.take("Flickr", LIMITS) == 0  # another service


def test_what_is_long_ago_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "quota.sqlite"
    quota = QuotaFile(file)
    with sqlite3.connect(file) as database:
        database.executemany(
            "INSERT INTO asked VALUES ('Openverse', ?)", [(time.time() - 4000 - i,) for i in range(50)]
        )
    database.close()
    assert quota.take("Openverse", LIMITS) == 0
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM asked").fetchone() == (1,)
    database.close()


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like one" * 50, None])
def test_without_a_file_this_program_alone_remembers(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "quota.sqlite"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    quota = QuotaFile(file)
    assert [quota.take("Openverse", LIMITS) == 0 for _ in range(3)] == [True, True, False]
    assert content is None or file.read_bytes() == content
