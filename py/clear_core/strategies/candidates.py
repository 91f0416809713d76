"""The pool: every photo of every page that came, as a sparse row over what is known of it without looking at it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clear_core.photos import Photo

MAX_PHOTOS = 20_000
"""Photos that the pool takes; 110 pages bring 3,300."""

MAX_NAMES = 100_000
"""Names that the vocabulary takes. Photos with other names are still taken, those names are not."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_STOP_WORDS = "and are but for from his her img dsc into its not off out over that the their this was with"
_SAYS_NOTHING = frozenset(_STOP_WORDS.split())


@lru_cache(1 << 15)  # every page brings hundreds, most of them known
def tag_key(tag: str) -> str:
    """What makes a tag the same tag: Flickr ignores case, blanks and punctuation ("Stop sign" is "stopsign")."""
    return "".join(character for character in tag.casefold() if character.isalnum())


AND = ","
"""Between the tags of an arm that asks for photos with all of them. No tag that is asked for holds one itself."""


def arm_key(arm: str) -> str:
    """What makes an arm the same arm: its tags, in any order."""
    return AND.join(sorted(map(tag_key, arm.split(AND))))


def title_words(title: str) -> list[str]:
    """Distinct words of a title, without short ones, numbers, and those that say nothing."""
    return [word for word in dict.fromkeys(_WORD.findall(title.casefold())) if word not in _SAYS_NOTHING]


def names_of(photo: Photo) -> list[str]:
    """Names of all that is known of a photo: tags by their key, words of the title as ``~word``, ``@owner``."""
    tags = [key for key in dict.fromkeys(map(tag_key, photo.tags)) if key]
    owner = ["@" + photo.owner] if photo.owner else []
    return tags + ["~" + word for word in title_words(photo.title)] + owner


class Growing:
    """A one-dimensional array that is appended to; room is doubled when it runs out."""

    def __init__(self, dtype: Any) -> None:
        self._room = np.zeros(256, dtype)
        self.size = 0

    def extend(self, items: Any) -> None:
        end = self.size + len(items)
        if end > len(self._room):
            room = np.zeros(max(end, 2 * len(self._room)), self._room.dtype)
            room[: self.size] = self._room[: self.size]
            self._room = room
        self._room[self.size : end] = items
        self.size = end

    @property
    def array(self) -> NDArray[Any]:
        """A view on what is there; invalid after the next extend."""
        return self._room[: self.size]


class Rows:
    """Sparse rows of length 1 in which all entries of a row are equal (a photo has a name, or it has not)."""

    def __init__(self) -> None:
        self._names = Growing(np.intp)
        self._starts = Growing(np.intp)
        self._lengths = Growing(np.intp)

    def __len__(self) -> int:
        return self._starts.size

    def append(self, names: list[int]) -> None:
        """One row; an empty one is not allowed (a row has name 0 at least)."""
        self._starts.extend([self._names.size])
        self._lengths.extend([len(names)])
        self._names.extend(names)

    def row(self, index: int) -> NDArray[np.intp]:
        starts = self._starts.array
        end = starts[index + 1] if index + 1 < len(starts) else self._names.size
        return self._names.array[starts[index] : end]

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each row begins in ``names``."""
        return self._starts.array

    def entries(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The names of some rows, one row after the other, and the row that each belongs to."""
        lengths = self.lengths[rows]
        first = np.repeat(self._starts.array[rows] - np.cumsum(lengths) + lengths, lengths)
        return self._names.array[first + np.arange(len(first))], np.repeat(rows, lengths)

    @property
    def names(self) -> NDArray[np.intp]:
        """The names of all rows, one row after the other."""
        return self._names.array

    @property
    def lengths(self) -> NDArray[np.intp]:
        """Names of each row."""
        return self._lengths.array

    def times(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """rows · weights: float64 [len(self)]."""
        if not len(self):
            return np.zeros(0)
        sums = np.add.reduceat(weights[self._names.array], self._starts.array)
        return np.asarray(sums / np.sqrt(self.lengths), np.float64)

    def transposed_times(self, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """rowsᵀ · values: float64 [size]."""
        lengths = self.lengths
        sums = np.bincount(self._names.array, np.repeat(values / np.sqrt(lengths), lengths), size)
        return np.asarray(sums, np.float64)


class Candidates:
    """Photos that pages brought, each once, with their names as numbers. Name 0 stands for "nothing is known"."""

    def __init__(self) -> None:
        self.photos: list[Photo] = []
        self.places: dict[str, int] = {}  # key of a photo → its place
        self.rows = Rows()
        self.free = Growing(np.bool_)  # neither chosen nor observed yet
        self.names: list[str] = [""]
        self.numbers: dict[str, int] = {"": 0}
        self.spelling: dict[str, str] = {}  # key of a tag → how the service spells it
        self.is_tag = Growing(np.bool_)
        self.is_tag.extend([False])

    def add(self, photo: Photo) -> int | None:
        """The place of a photo that was not there; None for one that was, or when the pool is full."""
        if photo.key in self.places or len(self.photos) >= MAX_PHOTOS:
            return None
        for tag in photo.tags:
            self.spelling.setdefault(tag_key(tag), tag.replace(AND, " "))
        numbers = [number for number in map(self._number, names_of(photo)) if number]
        self.places[photo.key] = place = len(self.photos)
        self.photos.append(photo)
        self.rows.append(numbers or [0])
        self.free.extend([True])
        return place

    def _number(self, name: str) -> int:
        number = self.numbers.get(name)
        if number is None:
            if len(self.names) >= MAX_NAMES:
                return 0
            number = self.numbers[name] = len(self.names)
            self.names.append(name)
            self.is_tag.extend([name[0] not in "~@"])
        return number
