"""The word lists of the offline library, kept as text files in library_data/."""

from __future__ import annotations

from pathlib import Path

_DATA = Path(__file__).with_name("library_data")


def _lines(name: str) -> list[str]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _words(name: str) -> list[str]:
    return [word for line in _lines(name) for word in line.split()]


STOP_WORDS: frozenset[str] = frozenset(_words("stop_words.txt"))
DRAWINGS: frozenset[str] = frozenset(_words("drawings.txt"))  # pictures, and folders ending in /
