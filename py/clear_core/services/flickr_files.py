"""What the Flickr API and the public feed share: hosts, photo files, licences, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

TITLE = "Flickr"
PHOTO_HOST = "live.staticflickr.com"

LICENSES: Mapping[str, tuple[str, str | None]] = {
    "0": ("All rights reserved", None),
    "1": ("CC BY-NC-SA 2.0", "https://creativecommons.org/licenses/by-nc-sa/2.0/"),
    "2": ("CC BY-NC 2.0", "https://creativecommons.org/licenses/by-nc/2.0/"),
    "3": ("CC BY-NC-ND 2.0", "https://creativecommons.org/licenses/by-nc-nd/2.0/"),
    "4": ("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/"),
    "5": ("CC BY-SA 2.0", "https://creativecommons.org/licenses/by-sa/2.0/"),
    "6": ("CC BY-ND 2.0", "https://creativecommons.org/licenses/by-nd/2.0/"),
    "7": ("No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    "8": ("US Government work", "https://www.usa.gov/government-works"),
    "9": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "10": ("Public Domain Mark 1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
    "11": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "12": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "13": ("CC BY-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
    "14": ("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    "15": ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    "16": ("CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
}
"""Flickr's licence ids → name and deed. https://www.flickr.com/services/api/flickr.photos.licenses.getInfo.html"""

MAX_TEXT = 300
"""Characters of a title or a name that we keep: strangers can write books in there."""

MAX_TAGS = 75
"""Flickr itself allows 75 tags a photo."""

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_OWNER = re.compile(r"[\w@.-]{1,64}")
_ID = re.compile(r"\d{1,20}")


def photo_file(url: object) -> str | None:
    """The URL when it is a file on Flickr's photo host, over HTTPS; else None."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme == "https" and parts.netloc == PHOTO_HOST else None


def photo_page(owner: object, photo_id: object) -> str | None:
    """The photo's page, where every result must link; None when owner or id are not what Flickr's look like."""
    if _OWNER.fullmatch(str(owner)) and _ID.fullmatch(str(photo_id)):
        return f"https://www.flickr.com/photos/{owner}/{photo_id}"
    return None


def plain(text: object) -> str:
    """A title or name as one line of plain text, bounded. Anything that is no text is no title."""
    return " ".join(_visible(text[: 10 * MAX_TEXT]).split())[:MAX_TEXT].rstrip() if isinstance(text, str) else ""


def _visible(text: str) -> str:
    """Text without what cannot be seen but does something: control characters, halves of a character (they are no
    Unicode, and nothing can be written with them), and marks that turn the direction of what stands around them.
    Unicode TR 36, "Bidirectional text spoofing"."""
    return _INVISIBLE.sub("", text)


def distinct_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags once each, without machine tags (``geo:lat=35.1``), which say nothing of what a photo shows."""
    seen = (_visible(tag[:MAX_TEXT]) for tag in tags if not (":" in tag and "=" in tag))
    return tuple(dict.fromkeys(tag for tag in seen if tag))[:MAX_TAGS]


def number(value: object) -> int | None:
    """Flickr writes numbers as numbers or as strings, as it pleases. None for anything that is no number above 0."""
    try:
        result = int(str(value))
    except ValueError:
        return None
    return result if result > 0 else None
