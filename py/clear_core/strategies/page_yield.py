"""How many new photos a page of an arm can be expected to bring."""

from __future__ import annotations

from collections.abc import Iterator, Set

import numpy as np
from numpy.typing import NDArray

_BUCKETS = 16
_FIRST_GUESS = 15.0
"""New photos of a page before any has come."""

_AGAIN = 0.7
"""Of the new photos that a tag's last page brought, as many can be expected of the next."""


class PageYield:
    """Learned as the search goes, because services differ.

    On Flickr the rarest tag fills a page; in a small collection a tag that only one photo of the pool has mostly has
    no other. So tags are put in buckets by how many photos of the pool carry them (doubling), and each bucket keeps
    the mean of what its tags brought when they were first asked.
    """

    def __init__(self) -> None:
        self._totals = np.full(_BUCKETS, _FIRST_GUESS)
        self._counts = np.ones(_BUCKETS)
        self._planned: dict[str, int] = {}  # tag key → bucket that it was in when it was chosen
        self._last: dict[str, int] = {}  # tag key → new photos of its last page

    @property
    def asked(self) -> Set[str]:
        """Keys of the arms that were asked."""
        return self._last.keys()

    def was_asked(self, key: str) -> bool:
        return key in self._last

    def plan(self, key: str, carriers: int) -> None:
        """``key`` is going to be asked, and so many photos of the pool carry it."""
        if key not in self._last:
            self._planned[key] = int(self._bucket(np.array(carriers)))

    def answered(self, key: str, new: int) -> None:
        """The page of ``key`` came and had so many new photos."""
        bucket = self._planned.pop(key, None)
        if bucket is not None:
            self._totals[bucket] += new
            self._counts[bucket] += 1
        self._last[key] = new

    def expected(self, carriers: NDArray[np.intp]) -> NDArray[np.float64]:
        """New photos to expect of tags that were never asked, by the photos of the pool that carry them."""
        return np.asarray((self._totals / self._counts)[self._bucket(carriers)], np.float64)

    def again(self) -> Iterator[tuple[str, float]]:
        """The tags that were asked, and the new photos to expect of them when they are asked once more."""
        return ((key, _AGAIN * new) for key, new in self._last.items())

    @staticmethod
    def _bucket(carriers: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.minimum(np.log2(carriers + 1).astype(np.intp), _BUCKETS - 1)
