"""Fields of answers as plain data. Whatever a stranger wrote there is bounded, and is text, a number, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

MAX_TEXT = 300
"""Characters of a title or a name that we keep: strangers can write books in there."""

MAX_TAGS = 75
"""Flickr itself allows 75 tags a photo."""

MAX_HTML = 4000
"""Characters of HTML that we read for a name."""

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_SILENT = ("script", "style", "template", "noscript")
_DEED = re.compile(r"(?:https?:)?//creativecommons\.org(/[\w./+-]*)")


def plain(text: object) -> str:
    """A title or name as one line of plain text, bounded. Anything that is no text is no title."""
    return _line(text[: 10 * MAX_TEXT]) if isinstance(text, str) else ""


@lru_cache(1 << 12)  # a page brings hundreds of tags, most of them known
def _line(text: str) -> str:
    return " ".join(_visible(text).split())[:MAX_TEXT].rstrip()


def _visible(text: str) -> str:
    """Text without what cannot be seen but does something: control characters, halves of a character (they are no
    Unicode, and nothing can be written with them), and marks that turn the direction of what stands around them.
    Unicode TR 36, "Bidirectional text spoofing"."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)  # what is printable is visible: the quicker answer


def text_of_html(html: object) -> str:
    """The words of a piece of HTML as one line of plain text: ``<a href="…">Ada</a> &amp; Bob`` → ``Ada & Bob``."""
    if not isinstance(html, str):
        return ""
    reader = _TextOnly()
    reader.feed(html[:MAX_HTML])
    reader.close()
    return plain("".join(reader.parts))


class _TextOnly(HTMLParser):
    """Collects text; what a browser would not show is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.parts.append(" " if tag in ("br", "p", "div", "li", "td", "tr") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def distinct_tags(tags: Iterable[object]) -> tuple[str, ...]:
    """Tags once each, without machine tags (``geo:lat=35.1``), which say nothing of what a photo shows.

    A comma in a tag becomes a blank: between tags it means "and".
    """
    texts = (plain(tag.replace(",", " ")) for tag in tags if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in texts if tag and not (":" in tag and "=" in tag)))[:MAX_TAGS]


def number(value: object) -> int | None:
    """Services write numbers as numbers or as strings, as they please. None for anything that is no number above 0."""
    try:
        result = int(str(value))
    except ValueError:
        return None
    return result if result > 0 else None


def https_url(url: object, hosts: Collection[str]) -> str | None:
    """The URL when it is on one of these hosts, over HTTPS; else None."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme == "https" and parts.netloc in hosts else None


def deed(url: object) -> str | None:
    """The page of a Creative Commons licence, over HTTPS; None for anything else."""
    match = _DEED.fullmatch(url) if isinstance(url, str) and len(url) <= MAX_TEXT else None
    return f"https://creativecommons.org{match.group(1)}" if match else None
