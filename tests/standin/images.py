"""The image host: photo files in Flickr's sizes, made from the library's pictures when they are asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

from .flickr_rest import Answer
from .photos import SIZES, SQUARE, LibraryPhoto

_FILE = re.compile(r"/(?P<server>\d+)/(?P<id>\d+)_(?P<secret>[0-9a-f]+)(?:_(?P<suffix>[a-z0-9]))?\.jpg")
_LETTERS = {suffix: letter for letter, (suffix, _) in SIZES.items()}
_CORS = {"Access-Control-Allow-Origin": "*"}


UNAVAILABLE = "/photo_unavailable_n.png"
"""Where photos that were removed lead to."""


def photo_file(photos: Mapping[str, LibraryPhoto], path: str) -> Answer:
    """What the image host answers for /{server}/{id}_{secret}{_suffix}.jpg; `photos` by id. Unknown: 404."""
    if path == UNAVAILABLE:
        return Answer(200, {**_CORS, "Content-Type": "image/png"}, _unavailable())
    match = _FILE.fullmatch(path)
    photo = photos.get(match["id"]) if match else None
    letter = _LETTERS.get(match["suffix"] or "") if match else None
    if match is None or photo is None or letter is None:
        return missing()
    size = photo.size(letter)
    if size is None or (match["server"], match["secret"]) != (photo.server, photo.secret):
        return missing()
    body = _jpeg(photo.path, size, letter in SQUARE)
    return Answer(200, {**_CORS, "Content-Type": "image/jpeg", "Cache-Control": "max-age=315360000"}, body)


def scaled(photo: LibraryPhoto, width: int) -> Answer:
    """The photo as a JPEG so many pixels wide, as Openverse and Commons serve it."""
    body = _jpeg(photo.path, (width, max(1, round(photo.height * width / photo.width))), False)
    return Answer(200, {**_CORS, "Content-Type": "image/jpeg", "Cache-Control": "max-age=31536000"}, body)


@lru_cache(maxsize=1)
def _unavailable() -> bytes:
    """A grey picture, as a service has it for photos that were removed."""
    file = io.BytesIO()
    Image.new("RGB", (320, 240), "#e3e5e8").save(file, "PNG")
    return file.getvalue()


def missing() -> Answer:
    """404 as the image host gives it."""
    return Answer(404, {**_CORS, "Content-Type": "text/plain; charset=utf-8"}, b"Not Found")


def picture(photo: LibraryPhoto, longest: int = 640) -> bytes:
    """The photo as a JPEG of at most `longest` pixels, for web pages of the tests and the demo."""
    scale = min(1.0, longest / max(photo.width, photo.height))
    return _jpeg(photo.path, (max(1, round(photo.width * scale)), max(1, round(photo.height * scale))), False)


@lru_cache(maxsize=16384)
def _jpeg(path: Path, size: tuple[int, int], square: bool) -> bytes:
    """JPEG bytes (quality 85) of the picture in exactly this size, transparent parts white."""
    with Image.open(path) as image:
        if "A" in image.getbands() or "transparency" in image.info:
            coloured = image.convert("RGBA")
            flat = Image.new("RGB", image.size, "white")
            flat.paste(coloured, mask=coloured.getchannel("A"))
        else:
            flat = image.convert("RGB")
    resized = ImageOps.fit(flat, size) if square else flat.resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    resized.save(out, "JPEG", quality=85)
    return out.getvalue()
