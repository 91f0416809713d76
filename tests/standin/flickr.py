"""Flickr's search API and public feed as pure functions: parameters in, answer out. No sockets, no Pillow.

What is imitated, with every quirk: https://www.flickr.com/services/api/flickr.photos.search.html,
https://www.flickr.com/services/feeds/docs/photos_public/ and answers recorded by client libraries.
"""

from __future__ import annotations

import math
import re
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from . import flickr_feed
from .flickr_rest import MESSAGES, Answer, describe, fail, wrap
from .library import normalise, words
from .photos import LibraryPhoto

VALID_KEY = "0123456789abcdef0123456789abcdef"
EXPIRED_KEY = "fedcba9876543210fedcba9876543210"

_FIRST_RESULTS = 4000  # a query never shows more than these
_SORTS: dict[str, tuple[Callable[[LibraryPhoto], int], bool]] = {  # name: (key, descending)
    "date-posted-desc": (lambda p: p.uploaded, True),
    "date-posted-asc": (lambda p: p.uploaded, False),
    "date-taken-desc": (lambda p: p.taken, True),
    "date-taken-asc": (lambda p: p.taken, False),
    "interestingness-desc": (lambda p: p.views, True),
    "interestingness-asc": (lambda p: p.views, False),
}


class FlickrError(Exception):
    """The API answers HTTP 200 with stat=fail, this code and this message."""

    def __init__(self, code: int, detail: str | None = None) -> None:
        self.code = code
        self.message = MESSAGES[code].format(detail) if code in (111, 112) else detail or MESSAGES[code]
        super().__init__(self.message)


class FlickrWorld:
    """A Flickr with the given photos. All methods are safe to call from several threads.

    now: unix seconds; photos uploaded later do not exist yet. keys: the API keys that are known.
    """

    def __init__(
        self,
        photos: Sequence[LibraryPhoto],
        *,
        now: float | None = None,
        keys: frozenset[str] = frozenset({VALID_KEY}),
        expired_keys: frozenset[str] = frozenset({EXPIRED_KEY}),
    ) -> None:
        self.now = time.time() if now is None else now
        self.keys = keys
        self.expired_keys = expired_keys
        # Newest first: a place in this list is also the rank of the default order.
        self.photos = sorted((p for p in photos if p.uploaded <= self.now), key=lambda p: (-p.uploaded, p.id))
        self.by_id = {p.id: p for p in self.photos}
        self._age = [-p.uploaded for p in self.photos]  # ascending, for bisect
        self._by_tag: dict[str, set[int]] = defaultdict(set)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for place, photo in enumerate(self.photos):
            for tag in photo.tags:
                self._by_tag[tag].add(place)
                self._by_word[tag].add(place)
            for word in words(photo.title):
                self._by_word[word].add(place)

    # --- /services/rest/ ----------------------------------------------------------------------------------

    def rest(self, params: Mapping[str, str]) -> Answer:
        """What GET /services/rest/ answers; always with CORS, always with status 200."""
        try:
            if params.get("format", "rest") not in ("rest", "json"):
                raise FlickrError(111, params["format"])
            self._check_key(params.get("api_key", ""))
            method = params.get("method", "")
            if method == "flickr.photos.search":
                content = self._search(params)
            elif method == "flickr.test.echo":
                content = {name: {"_content": value} for name, value in params.items()}
            else:
                raise FlickrError(112, method)
        except FlickrError as error:
            return fail(params, error.code, error.message)
        return wrap(params, {**content, "stat": "ok"})

    def _check_key(self, key: str) -> None:
        if key in self.expired_keys:
            raise FlickrError(100, "Invalid API Key (Key has expired)")
        if not re.fullmatch("[0-9a-f]{32}", key):
            raise FlickrError(100)
        if key not in self.keys:
            raise FlickrError(100, "Invalid API Key (Key not found)")

    def _search(self, params: Mapping[str, str]) -> dict[str, Any]:
        found = self.find(params)
        per_page = min(max(_whole(params.get("per_page"), 100), 1), 500)
        page = max(_whole(params.get("page"), 1), 1)
        if (page - 1) * per_page >= _FIRST_RESULTS:
            raise FlickrError(20)
        first = (page - 1) * per_page
        shown = found[first : min(first + per_page, _FIRST_RESULTS)]
        extras = {extra.strip() for extra in params.get("extras", "").split(",")}
        total: int | str = len(found) if len(found) % 2 else str(len(found))  # Flickr answers either
        return {
            "photos": {
                "page": page,
                "pages": math.ceil(len(found) / per_page),
                "perpage": per_page,
                "total": total,
                "photo": [describe(photo, extras) for photo in shown],
            }
        }

    def find(self, params: Mapping[str, str]) -> list[LibraryPhoto]:
        """All photos a flickr.photos.search finds, in its order. Raises FlickrError 1, 3 and 18."""
        text, tags = params.get("text", "").strip(), params.get("tags", "").strip()
        if not any(params.get(name, "").strip() for name in ("text", "tags", "user_id", "license", "min_upload_date")):
            raise FlickrError(3)
        places: set[int] | None = None
        if text:
            places = self._with_text(text)
        if tags:
            with_tags = self._with_tags(tags, params.get("tag_mode", "any"))
            places = with_tags if places is None else places & with_tags
        ranked = self._uploaded_between(places, params)
        found = [self.photos[place] for place in ranked]
        if "license" in params:
            wanted = {part.strip() for part in params["license"].split(",")}
            found = [photo for photo in found if photo.license in wanted]
        if "user_id" in params:
            found = [photo for photo in found if photo.owner == params["user_id"]]
        low, high = _moment(params, "min_taken_date"), _moment(params, "max_taken_date")
        if low is not None or high is not None:
            found = [p for p in found if (low is None or p.taken >= low) and (high is None or p.taken <= high)]
        if params.get("media") == "videos" or params.get("content_types") in ("1", "2", "3"):
            found = []
        return self._sorted(found, params.get("sort", "date-posted-desc"), text)

    def _with_text(self, text: str) -> set[int]:
        """All words in title or tags, or the words joined in one tag ("egyptian cat": egyptiancat); -word excludes."""
        parts = text.split()
        wanted = words(" ".join(part for part in parts if not part.startswith("-")))
        unwanted = words(" ".join(part[1:] for part in parts if part.startswith("-")))
        if wanted:
            places = set.intersection(*(self._by_word.get(word, set()) for word in wanted))
            places = places | self._by_tag.get("".join(wanted), set())
        else:
            places = set(range(len(self.photos)))
        return places.difference(*(self._by_word.get(word, set()) for word in unwanted))

    def _with_tags(self, tags: str, mode: str) -> set[int]:
        wanted = [tag for tag in (tag.strip() for tag in tags.split(",")) if tag]
        if mode == "all" and len(wanted) > 20:
            raise FlickrError(1)
        sets = [self._by_tag.get(normalise(tag), set()) for tag in wanted if not tag.startswith("-")]
        unwanted = [self._by_tag.get(normalise(tag), set()) for tag in wanted if tag.startswith("-")]
        if not sets:
            return set(range(len(self.photos))).difference(*unwanted)
        together = set.intersection(*sets) if mode == "all" else set.union(*sets)
        return together.difference(*unwanted)

    def _uploaded_between(self, places: set[int] | None, params: Mapping[str, str]) -> list[int]:
        low, high = _moment(params, "min_upload_date"), _moment(params, "max_upload_date")
        if low is not None and high is not None and low > high:
            raise FlickrError(18)
        newest = 0 if high is None else bisect_left(self._age, -high)
        oldest = len(self._age) if low is None else bisect_right(self._age, -low)
        if places is None:
            return list(range(newest, oldest))
        return sorted(place for place in places if newest <= place < oldest)

    def _sorted(self, found: list[LibraryPhoto], sort: str, text: str) -> list[LibraryPhoto]:
        if sort == "relevance":
            wanted = set(words(text))
            joined = "".join(words(text))
            # A word in the title counts as much as two tags; ties stay newest first (the sort is stable).
            return sorted(
                found,
                key=lambda p: -(2 * len(wanted & set(words(p.title))) + len((wanted | {joined}) & set(p.tags))),
            )
        if sort == "date-posted-desc":  # also what Flickr does with a sort it does not know
            return found
        key, descending = _SORTS.get(sort, _SORTS["date-posted-desc"])
        return sorted(found, key=key, reverse=descending)

    # --- /services/feeds/photos_public.gne ----------------------------------------------------------------

    def feed(self, params: Mapping[str, str]) -> Answer:
        """What GET /services/feeds/photos_public.gne answers: the 20 newest; no CORS header."""
        tags = [tag for tag in (normalise(tag) for tag in params.get("tags", "").split(",")) if tag]
        mode = "any" if params.get("tagmode") == "any" else "all"
        places = self._with_tags(",".join(tags), mode) if tags else set(range(len(self.photos)))
        shown = [self.photos[place] for place in sorted(places)[:20]]
        headers, body = flickr_feed.write(params, shown, tags, mode, self.now)
        return Answer(200, headers, body)


def _whole(text: str | None, default: int) -> int:
    """A whole number, or the default for anything else: Flickr never complains about paging parameters."""
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else default


def _moment(params: Mapping[str, str], name: str) -> float | None:
    """A date given as unix seconds or as MySQL datetime; None where it is absent. Raises FlickrError 18."""
    text = params.get(name, "").strip()
    if not text:
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise FlickrError(18) from None
