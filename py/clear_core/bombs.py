"""What a picture file would cost, read from its bytes where Pillow tells too late or not at all.

A file of 90 bytes can ask for gigabytes of memory, and one of 100 kB for hours of decoding.
"""

from __future__ import annotations

import re

_SCAN, _END = 0xDA, 0xD9
# In coded data FF is followed by 00 or by the number of a restart; and libjpeg knows no marker below C0.
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd8-\xfe])", re.DOTALL)


def jpeg_scans(data: bytes) -> int:
    """How many scans a JPEG has. Each is decoded over the whole picture, and a file may hold the same one thousands of
    times. (libjpeg-turbo has TJFLAG_LIMITSCANS for this, and libtiff a limit of 100; Pillow has neither.)"""
    if data.count(b"\xff\xda") == 1:
        return 1  # so most are: the quick answer
    scans, place = 0, 2
    while (marker := _MARKER.search(data, place)) and marker[1][0] != _END:
        scans += marker[1][0] == _SCAN
        place = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return scans


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height that a WebP says it has; (0, 0) for what is none.

    Pillow takes memory for twice that before it tells. https://www.rfc-editor.org/rfc/rfc9649
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return 0, 0
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
