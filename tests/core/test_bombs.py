"""Small files that would fill the memory when they are decoded. Here and in Pyodide, where there is less of it."""

from __future__ import annotations

import zlib

import pytest

from clear_core.errors import PictureError
from clear_core.pixels import decode
from tests.core.pictures import encoded, png_header, texture


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
