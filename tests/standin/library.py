"""Where the stand-in's photos come from: an offline library of about 300 real pictures, or a tagged corpus.

The offline library is the Debian package tuxpaint-stamps-default (GPL-2): pictures cut out of photographs, in
folders by kind, each with its name in many languages. It is fetched by apt, unpacked into the user's cache and
never copied into this repository.
"""

from __future__ import annotations

import json
import re
import struct
import time
from pathlib import Path

import numpy as np

from .library_tags import DRAWINGS, STOP_WORDS
from .photos import LibraryPhoto, Picture, dress
from .stamps import default_cache, unpacked

_ONE_LEVEL = frozenset({"vehicles", "household", "military", "sports", "space", "town", "people", "medical"})
_SMALLEST = 48  # pixels; what is smaller on its longest side shows nothing


def offline_library(cache: Path | None = None, *, now: float | None = None) -> list[LibraryPhoto]:
    """The photographs among Debian's Tux Paint stamps, dressed as Flickr photos from a fixed seed.

    cache: folder for the package and its pictures; default $XDG_CACHE_HOME/clear-build (or ~/.cache/clear-build).
    now: unix seconds the upload dates are counted back from; default the present.
    Raises LibraryMissing when the package is neither in the cache nor to be had from apt.
    """
    folder = unpacked(cache or default_cache())
    rng = np.random.default_rng(20220604)
    pictures = [_stamp(folder, path, rng) for path in sorted(folder.rglob("*.png")) if _is_photograph(folder, path)]
    present = [picture for picture in pictures if picture is not None]
    return dress(present, seed=7, now=time.time() if now is None else now, first_id=50_000_000_000)


def load_corpus(folder: Path, *, now: float | None = None) -> list[LibraryPhoto]:
    """Photos of a folder with photos.jsonl (id, file, width, height, tags, title, labels), one a line.

    The category is the first label, tags are joined as Flickr joins them. Raises FileNotFoundError.
    """
    folder = Path(folder)
    pictures = []
    for line in (folder / "photos.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        labels = record["labels"]
        pictures.append(
            Picture(
                path=folder / record["file"],
                width=record["width"],
                height=record["height"],
                tags=tuple(dict.fromkeys(normalise(tag) for tag in record["tags"])),
                title=record["title"],
                category=labels[0] if labels else "",
            )
        )
    return dress(pictures, seed=11, now=time.time() if now is None else now, first_id=40_000_000_000)


def normalise(tag: str) -> str:
    """A tag as Flickr normalises it: lower case, letters and digits only, so words are joined."""
    return "".join(c for c in tag.lower() if c.isalnum())


# --- the stamps -------------------------------------------------------------------------------------------


def _is_photograph(folder: Path, path: Path) -> bool:
    relative = path.relative_to(folder)
    name = relative.with_suffix("").as_posix()
    return not (
        "cartoon" in relative.parts
        or name.endswith("_mirror")  # a second copy of a picture, mirrored
        or name in DRAWINGS
        or any(f"{parent}/" in DRAWINGS for parent in relative.parents)
    )


def _stamp(folder: Path, path: Path, rng: np.random.Generator) -> Picture | None:
    """The picture with its tags, or None when it is too small to show anything."""
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])  # PNG: IHDR is always the first chunk
    if max(width, height) < _SMALLEST:
        return None
    text = path.with_suffix(".txt")
    title = text.read_text(encoding="utf-8").splitlines()[0].strip() if text.exists() else path.stem
    parts = path.relative_to(folder).parts[:-1]
    width, height = _original_size(width, height, rng)
    levels = 1 if parts[0] in _ONE_LEVEL else 2
    return Picture(path, width, height, _tags(path.stem, parts, title, rng), title, "/".join(parts[:levels]))


def _original_size(width: int, height: int, rng: np.random.Generator) -> tuple[int, int]:
    """Stamps are small (half of them below 184 pixels): state an original of at least 640, as on Flickr.

    A few (3 %) stay as small as the photos of early telephones, so that url_n and larger sizes are absent.
    """
    longest = 240 if rng.random() < 0.03 else max(640, width, height)
    scale = longest / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _tags(stem: str, folders: tuple[str, ...], title: str, rng: np.random.Generator) -> tuple[str, ...]:
    """Tags: words of the English name, the whole name joined, and the folders (one and many). Nothing else helps."""
    name = [word for word in words(title) if word not in STOP_WORDS and len(word) > 1]
    tags = name + [word for word in words(stem) if word not in STOP_WORDS and len(word) > 2 and word.isalpha()]
    if 2 <= len(name) <= 3:
        tags.append("".join(name))
    for folder in folders:
        tags += [normalise(folder), _singular(normalise(folder))]
    draw = rng.random()
    if draw < 0.04:
        tags += ["geo:lat=48.137", "geo:lon=11.575"]  # machine tags come as they are
    elif draw < 0.08:
        return (*dict.fromkeys(tags), tags[0])  # the API has been seen to repeat a tag
    elif draw < 0.10:
        return ()  # and some people never tag
    return tuple(dict.fromkeys(tags))


def words(text: str) -> list[str]:
    """The words of a text in lower case: runs of letters and digits, apostrophes dropped ("plumber's": plumbers)."""
    return re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", ""))


def _singular(word: str) -> str:
    if word in {"christmas", "hobbies"}:
        return {"hobbies": "hobby"}.get(word, word)
    if word.endswith("shes"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
