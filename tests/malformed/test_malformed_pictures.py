"""Bytes from strangers: a picture or a sentence, whatever they are, and never much memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from clear_build.assets import Asset, SourceArchive, fetch
from clear_core.pixels import FORMATS
from tests.malformed.decode_many import EACH

PILLOW_SOURCES = Asset(
    "pillow-10.2.0.tar.gz",
    "e87f0b2c78157e12d7686b27d63c070fd65d994e8ddae6f328e0dcf4a0cd007e",
    (SourceArchive("pillow", "10.2.0"),),
)
"""Its tests carry the files that crashed Pillow, found by fuzzing and by attackers over the years."""


def decode_many(*arguments: str | Path) -> dict[str, dict[str, int]]:
    command = [sys.executable, "-m", "tests.malformed.decode_many", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    print(run.stdout)
    told: dict[str, dict[str, int]] = json.loads(run.stdout)
    return told


def test_fuzzed_pictures_of_every_format() -> None:
    told = decode_many("fuzzed")
    assert told["tried"] == {kind: EACH for kind in FORMATS}
    assert told["came_of_it"]["picture_unreadable"] > 100 and told["came_of_it"]["decoded"] > 100


def test_the_files_that_crashed_pillow() -> None:
    told = decode_many("archive", fetch(PILLOW_SOURCES))
    assert sum(told["tried"].values()) > 800
    assert told["came_of_it"]["picture_unreadable"] > 300
