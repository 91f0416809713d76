"""The score functions that ship, against their formulas, and that they cannot overflow into sameness."""

from __future__ import annotations

import numpy as np
import pytest

from clear_core.features import Features
from clear_core.scores import SCORES, exponential, gaussian


def features(*rows: list[float]) -> Features:
    return Features(np.array(rows, np.float32), np.zeros((len(rows), 1000), np.float32))


SOURCE = features([30.0, 40.0, 0.0])
CANDIDATES = features([30.0, 40.0, 0.0], [0.0, 0.0, 50.0], [15.0, 20.0, 0.0])


def test_exponential_is_equation_1() -> None:
    assert exponential(1000.0)(CANDIDATES, SOURCE) == pytest.approx([np.exp(2.5), 1.0, np.exp(1.25)])


def test_gaussian_is_one_for_the_source_itself() -> None:
    assert gaussian(1000.0)(CANDIDATES, SOURCE) == pytest.approx([1.0, np.exp(-5.0), np.exp(-0.625)])


@pytest.mark.parametrize("name", sorted(SCORES))
def test_scores_are_finite_float32_of_the_right_shape(name: str) -> None:
    rng = np.random.default_rng(0)
    many = Features(rng.normal(0, 100, (50, 64)).astype(np.float32), np.zeros((50, 1000), np.float32))
    result = SCORES[name](0.001)(many, Features(many.embedding[:1], many.logits[:1]))
    assert result.shape == (50,)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()


@pytest.mark.parametrize("name", sorted(SCORES))
def test_no_candidates_have_no_scores(name: str) -> None:
    empty = Features(np.zeros((0, 3), np.float32), np.zeros((0, 1000), np.float32))
    assert SCORES[name](1000.0)(empty, SOURCE).shape == (0,)
