"""Bytes from strangers: a picture or a sentence, whatever they are, and never much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from clear_build.assets import Asset, SourceArchive, fetch
from clear_core.errors import PictureError
from clear_core.pixels import FORMATS, decode
from tests.core.decode_many import EACH
from tests.core.pictures import encoded, png_header, texture

PILLOW_SOURCES = Asset(
    "pillow-10.2.0.tar.gz",
    "e87f0b2c78157e12d7686b27d63c070fd65d994e8ddae6f328e0dcf4a0cd007e",
    (SourceArchive("pillow", "10.2.0"),),
)
"""Its tests carry the files that crashed Pillow, found by fuzzing and by attackers over the years."""


def decode_many(*arguments: str | Path) -> dict[str, dict[str, int]]:
    command = [sys.executable, "-m", "tests.core.decode_many", *map(str, arguments)]
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


def bomb(kind: str) -> bytes:
    if kind == "png":  # one gigapixel in a few kilobytes
        return png_header(32_000, 32_000)
    if kind == "png text":  # 300 MB of text in 300 kB
        text = zlib.compress(bytes(300_000_000), 9)
        chunk = b"zTXtk\0\0" + text
        whole = encoded(texture(), "PNG")
        text = (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        return whole[:33] + text + whole[33:]
    if kind == "gif":
        side = (65_000).to_bytes(2, "little")
        return b"GIF89a" + side * 2 + b"\x80\0\0\0\0\0\xff\xff\xff," + bytes(4) + side * 2
    if kind == "bmp":
        whole = bytearray(encoded(texture(), "BMP"))
        whole[18:26] = (30_000).to_bytes(4, "little") * 2
        return bytes(whole)
    whole = bytearray(encoded(texture(), "TIFF"))
    for tag in (b"\x00\x01\x04\x00", b"\x01\x01\x04\x00"):  # width and height
        place = whole.index(tag) + 8
        whole[place : place + 4] = (60_000).to_bytes(4, "little")
    return bytes(whole)


@pytest.mark.parametrize("kind", ["png", "png text", "gif", "bmp", "tiff"])
def test_bombs_are_refused(kind: str) -> None:
    with pytest.raises(PictureError):
        decode(bomb(kind))
