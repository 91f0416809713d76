"""What the Flickr API and the public feed share: hosts, photo files, licences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clear_core.services.base import Limit
from clear_core.services.fields import https_url

TITLE = "Flickr"
PHOTO_HOST = "live.staticflickr.com"

LIMITS = (Limit(3600, seconds=3600),)
"""What Flickr allows a key. https://www.flickr.com/services/developer/api/"""

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

_OWNER = re.compile(r"[\w@.-]{1,64}")
_ID = re.compile(r"\d{1,20}")


def photo_file(url: object) -> str | None:
    """The URL when it is a file on Flickr's photo host, over HTTPS; else None."""
    return https_url(url, (PHOTO_HOST,))


def photo_page(owner: object, photo_id: object) -> str | None:
    """The photo's page, where every result must link; None when owner or id are not what Flickr's look like."""
    if _OWNER.fullmatch(str(owner)) and _ID.fullmatch(str(photo_id)):
        return f"https://www.flickr.com/photos/{owner}/{photo_id}"
    return None
