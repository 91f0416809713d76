"""The random numbers of a search."""

from __future__ import annotations

import numpy as np
import pytest

from clear_core.rng import SmallRng

MANY = 20_000


def test_the_same_numbers_for_the_same_seed() -> None:
    def numbers(seed: int) -> list[object]:
        rng = SmallRng(seed)
        return [rng.random(), rng.random(3).tolist(), rng.integers(9), rng.permutation(5).tolist(), rng.uniform(2, 3)]

    assert numbers(4) == numbers(4) != numbers(5)


def test_numbers_lie_evenly_in_their_range() -> None:
    rng = SmallRng(1)
    for found, low, high in (
        (rng.random(MANY), 0.0, 1.0),
        (np.array([rng.uniform(-2, 6) for _ in range(MANY)]), -2.0, 6.0),
    ):
        assert low <= found.min() and found.max() < high
        counts, _ = np.histogram(found, bins=10, range=(low, high))
        assert np.abs(counts - MANY / 10).max() < 5 * (MANY / 10) ** 0.5
    assert set(rng.integers(3) for _ in range(200)) == {0, 1, 2}
    assert set(rng.integers(5, 8) for _ in range(200)) == {5, 6, 7}


def test_orders_and_choices_have_each_once() -> None:
    rng = SmallRng(2)
    assert sorted(rng.permutation(50).tolist()) == list(range(50))
    assert rng.permutation(0).tolist() == rng.random(0).tolist() == []
    chosen = [rng.choice(6, 2, replace=False).tolist() for _ in range(600)]
    assert all(len(set(pair)) == 2 for pair in chosen)
    assert {tuple(pair) for pair in chosen} == {(a, b) for a in range(6) for b in range(6) if a != b}
    with pytest.raises(ValueError, match="3 of 2"):
        rng.choice(2, 3, replace=False)
