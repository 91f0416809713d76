"""Random numbers of a search, from Python's own generator.

``numpy.random`` would do, and does in evaluations. But it is nine libraries of machine code besides NumPy's: a tenth of
the time that the engine takes to start in a browser, and 7 MB.
"""

from __future__ import annotations

import random
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray


class Rng(Protocol):
    """What the core asks of a random generator; ``numpy.random.Generator`` is one, too."""

    @overload
    def random(self) -> float: ...
    @overload
    def random(self, size: int) -> NDArray[np.float64]: ...
    def integers(self, low: int, high: int | None = None) -> Any: ...
    def uniform(self, low: float, high: float) -> float: ...
    def permutation(self, x: int) -> NDArray[np.intp]: ...
    def choice(self, a: int, size: int, replace: bool) -> NDArray[np.intp]: ...


class SmallRng:
    """Mersenne Twister; the same numbers for the same seed, everywhere. Methods are those of NumPy's generator."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    @overload
    def random(self) -> float: ...
    @overload
    def random(self, size: int) -> NDArray[np.float64]: ...
    def random(self, size: int | None = None) -> float | NDArray[np.float64]:
        """In [0, 1): one, or float64 [size]."""
        if size is None:
            return self._random.random()
        bits = np.frombuffer(self._random.randbytes(8 * size), "<u8") >> np.uint64(11)
        return np.asarray(bits * 2.0**-53)

    def integers(self, low: int, high: int | None = None) -> int:
        """One in [low, high), or in [0, low)."""
        return self._random.randrange(low) if high is None else self._random.randrange(low, high)

    def uniform(self, low: float, high: float) -> float:
        """One in [low, high)."""
        return self._random.uniform(low, high)

    def permutation(self, x: int) -> NDArray[np.intp]:
        """0 … x − 1 in any order."""
        return np.argsort(self.random(x))

    def choice(self, a: int, size: int, replace: bool) -> NDArray[np.intp]:
        """So many of 0 … a − 1, each once at most. Raises ValueError where there are fewer, or with ``replace``."""
        if replace or size > a:
            raise ValueError(f"{size} of {a}, replace={replace}")
        return self.permutation(a)[:size]
