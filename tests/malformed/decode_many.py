"""Decodes many damaged pictures in a process of little memory, and tells what came of them (run by a test).

    python -m tests.malformed.decode_many fuzzed            100 damaged files of each format that the extension opens
    python -m tests.malformed.decode_many archive FILE.tar.gz    every picture below Tests/images in Pillow's sources

``tests/pyodide`` does the same with the Pillow that ships.
"""

from __future__ import annotations

import json
import random
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator

from PIL import Image

from clear_core.errors import PictureError
from clear_core.pixels import FORMATS, decode
from tests.core.pictures import encoded, texture

_OURS = {
    "jpg": "JPEG", "png": "PNG", "apng": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP", "tif": "TIFF",
    "tiff": "TIFF", "mpo": "MPO",
}  # fmt: skip
EACH = 100
MEMORY = 1_500_000_000
"""Bytes of address space: NumPy and Pillow take 0.5 GB of it, and the largest picture that is let in 0.4."""


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The file with one to six accidents of many kinds; at most half of them in its head, where formats are fragile."""
    spoilt = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(min(len(spoilt), 200) if rng.random() < 0.5 else len(spoilt))
        length = rng.randint(1, 40)
        kind = rng.choice(["flip", "fill", "delete", "insert", "repeat", "cut", "number", "zero"])
        if kind == "flip":
            spoilt[place] ^= 1 << rng.randrange(8)
        elif kind == "fill":
            spoilt[place : place + length] = bytes(rng.randrange(256) for _ in range(length))
        elif kind == "delete":
            del spoilt[place : place + length]
        elif kind == "insert":
            spoilt[place:place] = rng.randbytes(length)
        elif kind == "repeat":
            spoilt[place:place] = spoilt[place : place + 10 * length]
        elif kind == "cut":
            del spoilt[max(20, place) :]
        elif kind == "number":  # lengths, widths and counts become enormous or negative
            spoilt[place : place + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00"])
        else:
            spoilt[place : place + length] = bytes(length)
        if not spoilt:
            return b""
    return bytes(spoilt)


def fuzzed() -> Iterator[tuple[str, bytes]]:
    rng = random.Random(20221017)  # CIKM 2022
    for kind in FORMATS:
        options = {"save_all": True, "append_images": [texture(size=(96, 72))]} if kind in ("GIF", "MPO") else {}
        whole = encoded(texture(size=(96, 72)), kind, **options)
        assert decode(whole, 224).shape == (224, 224, 3)
        for _ in range(EACH):
            yield kind, damaged(whole, rng)


def in_archive(path: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and "/Tests/images/" in member.name:
                file = archive.extractfile(member)
                assert file is not None
                yield _OURS.get(member.name.rpartition(".")[2].lower(), "other"), file.read()


def decoded(files: Iterable[tuple[str, bytes]]) -> dict[str, Counter[str]]:
    """How many files of each format were tried, and what came of them: a picture or the code of a sentence."""
    tried: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    for kind, data in files:
        tried[kind] += 1
        try:
            pixels = decode(data, 224)
            assert pixels.shape == (224, 224, 3) and pixels.dtype == "uint8"
            sentences["decoded"] += 1
        except PictureError as error:
            sentences[error.problem.code] += 1
    return {"tried": tried, "came_of_it": sentences}


def main() -> None:
    import resource  # there is none in Pyodide

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Image.init()
    print(json.dumps(decoded(fuzzed() if sys.argv[1] == "fuzzed" else in_archive(sys.argv[2]))))


if __name__ == "__main__":
    main()
