"""Small files that would fill the memory, or take hours, when they are decoded."""

from __future__ import annotations

import zlib

from PIL import Image

from tests.core.pictures import encoded, png_header, texture


def bomb(kind: str) -> bytes:
    if kind == "png":  # one gigapixel in a few kilobytes
        return png_header(32_000, 32_000)
    if kind == "png text":  # 300 MB of text in 300 kB
        text = zlib.compress(bytes(300_000_000), 9)
        note = b"zTXtk\0\0" + text
        whole = encoded(texture(), "PNG")
        text = (len(note) - 4).to_bytes(4, "big") + note + zlib.crc32(note).to_bytes(4, "big")
        return whole[:33] + text + whole[33:]
    if kind == "gif":
        side = (65_000).to_bytes(2, "little")
        return b"GIF89a" + side * 2 + b"\x80\0\0\0\0\0\xff\xff\xff," + bytes(4) + side * 2
    if kind == "bmp":
        whole = bytearray(encoded(texture(), "BMP"))
        whole[18:26] = (30_000).to_bytes(4, "little") * 2
        return bytes(whole)
    if kind == "webp":  # an animation of 8 × 8 pixels on a large canvas
        frame = bytes(6) + (7).to_bytes(3, "little") * 2 + bytes(4) + encoded(texture(size=(8, 8)), "WEBP")[12:]
        large = (16_382).to_bytes(3, "little") * 2
        return riff(chunk(b"VP8X", b"\x02\0\0\0" + large), chunk(b"ANIM", bytes(6)), chunk(b"ANMF", frame))
    if kind in ("webp lossy", "webp lossless"):
        whole = bytearray(encoded(texture(), "WEBP", lossless=kind == "webp lossless"))
        place, size = (26, 0x3FFF3FFF) if kind == "webp lossy" else (21, 0x0FFFFFFF)
        whole[place : place + 4] = size.to_bytes(4, "little")
        return bytes(whole)
    if kind == "jpeg scans":  # 150 kB, of which each ten bytes are a whole picture's work
        whole = encoded(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
        last = whole.rindex(b"\xff\xda")
        return whole[:-2] + whole[last:-2] * 10_000 + whole[-2:]
    if kind == "jpeg in three":  # baseline, but each colour by itself: all coefficients have to be kept
        whole = bytearray(encoded(texture(), "JPEG", subsampling=0))
        frame, scan = whole.index(b"\xff\xc0"), whole.index(b"\xff\xda")
        whole[frame + 5 : frame + 9] = (20_000).to_bytes(2, "big") * 2
        scans = (b"\xff\xda\0\x08\x01" + bytes([colour, 0, 0, 63, 0]) + bytes(9) for colour in (1, 2, 3))
        return bytes(whole[:scan]) + b"".join(scans) + b"\xff\xd9"
    whole = bytearray(encoded(texture(), "TIFF"))
    for tag in (b"\x00\x01\x04\x00", b"\x01\x01\x04\x00"):  # width and height
        place = whole.index(tag) + 8
        whole[place : place + 4] = (60_000).to_bytes(4, "little")
    return bytes(whole)


def chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data


def riff(*chunks: bytes) -> bytes:
    return chunk(b"RIFF", b"WEBP" + b"".join(chunks))


UNREADABLE = ("png text", "gif", "jpeg scans")
LARGE = ("png", "bmp", "tiff", "webp", "webp lossy", "webp lossless", "jpeg in three")
