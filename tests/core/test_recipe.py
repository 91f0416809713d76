"""A user's own score: what it gets, and that every mistake becomes a sentence that names its line."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from clear_core.scores import Given, Recipe, ScoreError
from tests.core.scores import photo, pictures

SOURCE = pictures([1.0, 0.0])
CANDIDATES = pictures([1.0, 0.0], [0.0, 1.0], photos=(photo(1, tags=("sea",)), photo(2)))


def written(body: str) -> str:
    return f"import numpy as np\n\ndef score(candidates, source):\n    {body}\n"


def mistake(text: str) -> str:
    """The sentence for what is wrong with a score."""
    with pytest.raises(ScoreError) as caught:
        Recipe("mine", text).score(CANDIDATES, SOURCE)
    return str(caught.value)


def test_a_score_sees_features_pixels_and_what_the_service_says() -> None:
    body = (
        "return ['sea' in photo.tags for photo in candidates.photos] + candidates.pixels.mean(axis=(1, 2, 3)) * 0"
        " + candidates.probabilities.sum(axis=1) + (len(source.photos) == 0) + len(candidates.classes) / 1000"
    )
    assert Recipe("mine", written(body)).score(CANDIDATES, SOURCE) == pytest.approx([4.0, 3.0])


def test_lists_and_whole_numbers_will_do() -> None:
    scores = Recipe("mine", written("return [2, 1]")).score(CANDIDATES, SOURCE)
    assert scores.dtype == np.float32 and scores.tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (written("return candidates.embedding"), ["Line 4", "(2,)", "(2, 2)"]),
        (written("return 1.0"), ["Line 4", "(2,)", "()"]),
        (written("return 'good'"), ["Line 4", "“str”"]),
        (written("pass"), ["Line 3", "“NoneType”"]),
        (written("return [1.0, None]"), ["Line 4", "“list”"]),
        (written("return [[1], [1, 2]]"), ["Line 4", "“list”"]),
        (written("return np.array([1.0, np.nan])"), ["Line 4", "NaN", "1"]),
        (written("return np.exp(np.array([1000.0, 1.0]))"), ["Line 4", "infinity"]),
        (written("return np.array([1 + 2j, 0])"), ["Line 4", "ndarray"]),
        (written("x = 1\n    return candidates.colour"), ["Line 5", "AttributeError", "colour"]),
        (written("return [1 / 0] * 2"), ["Line 4", "ZeroDivisionError"]),
        (written("raise SystemExit"), ["Line 4", "SystemExit"]),
        (written("return [1, 2"), ["Line 4", "not Python"]),
        (written("print('hello')\n    return [1, 2]"), ["“hello”", "print"]),
        ("def score(candidates):\n    return [1, 2]\n", ["Line 1", "TypeError"]),
        ("def rank(candidates, source):\n    return [1, 2]\n", ["no function", "score(candidates, source)"]),
        ("score = 3\n", ["no function"]),
        ("1 / 0\n", ["Line 1", "ZeroDivisionError"]),
        ("def score(candidates, source, cat):\n    return [1, 2]\n", ["Line 1", "“cat”", "class_name"]),
        ("def helper(x):\n    return x.nothing\n\n" + written("return helper(3)"), ["Line 2", "AttributeError"]),
        ("import nowhere\n", ["Line 1", "nowhere"]),
    ],
)
def test_mistakes_become_sentences(text: str, words: list[str]) -> None:
    sentence = mistake(text)
    for word in words:
        assert word in sentence


def test_ctrl_c_ends_the_search_and_is_no_mistake_of_the_score() -> None:
    text = written("raise KeyboardInterrupt")
    if sys.platform == "emscripten":  # nobody presses it there
        assert "Line 4" in mistake(text)
    else:
        with pytest.raises(KeyboardInterrupt):
            mistake(text)


def test_a_score_gets_what_it_asks_for_and_keeps_its_own_defaults() -> None:
    text = "def score(candidates, source, class_name='none', weight=2):\n    return [len(class_name) * weight] * 2\n"
    recipe = Recipe("mine", text)
    assert recipe.needs == ("class_name",)
    assert recipe.score(CANDIDATES, SOURCE).tolist() == [8, 8]
    assert recipe.score(CANDIDATES, SOURCE, Given(class_name="tiger")).tolist() == [10, 10]


@pytest.mark.parametrize("order", ["[0, 0]", "[0]", "[1, 2]", "None", "'ab'"])
def test_an_order_must_be_one(order: str) -> None:
    text = written("return [1, 2]") + f"\ndef rerank(candidates, scores):\n    return {order}\n"
    with pytest.raises(ScoreError) as caught:
        Recipe("mine", text).order(CANDIDATES, np.array([1, 2], np.float32))
    assert caught.value.line in (6, 7)


def test_an_order_of_its_own_counts() -> None:
    text = written("return [1, 2]") + "\ndef rerank(candidates, scores):\n    return [0, 1]\n"
    recipe = Recipe("mine", text)
    scores = recipe.score(CANDIDATES, SOURCE)
    assert recipe.order(CANDIDATES, scores).tolist() == [0, 1]
    assert Recipe("mine", written("return [1, 2]")).order(CANDIDATES, scores).tolist() == [1, 0]
