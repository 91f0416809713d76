"""The scores that ship: against their formulas, on what they are for, and that they cannot overflow into sameness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clear_core.features import Model
from clear_core.scores import SHIPPED, Given, Marked, Pictures, shipped
from tests.core.scores import CLASSES, photo, pictures

SOURCE = pictures([30.0, 40.0, 0.0])
CANDIDATES = pictures([30.0, 40.0, 0.0], [0.0, 0.0, 50.0], [15.0, 20.0, 0.0])


def test_exponential_is_equation_1() -> None:
    assert shipped("exponential").score(CANDIDATES, SOURCE) == pytest.approx([np.exp(2.5), 1.0, np.exp(1.25)])


def test_gaussian_is_one_for_the_source_itself() -> None:
    assert shipped("gaussian").score(CANDIDATES, SOURCE) == pytest.approx([1.0, np.exp(-5.0), np.exp(-0.625)])


def test_cosine_does_not_mind_the_length() -> None:
    assert shipped("cosine").score(CANDIDATES, SOURCE) == pytest.approx([1.0, 0.0, 1.0])


def test_one_class_is_the_logit_of_the_class_that_was_chosen() -> None:
    score = shipped("one_class")
    assert score.score(CANDIDATES, SOURCE) == pytest.approx(CANDIDATES.logits[:, 0])
    assert score.score(CANDIDATES, SOURCE, Given(class_name="class 7")) == pytest.approx(CANDIDATES.logits[:, 7])


def test_colour_prefers_the_same_colours_in_the_same_places() -> None:
    half = np.zeros((32, 32, 3), np.uint8)
    half[:16] = (220, 40, 40)
    half[16:] = (40, 40, 220)
    turned = np.ascontiguousarray(half[::-1])
    others = np.stack([np.full_like(half, 128), turned, half])
    candidates = replace(CANDIDATES, pixels=others)
    nothing, same_colours, same = shipped("colour").score(candidates, replace(SOURCE, pixels=half[np.newaxis]))
    assert nothing < same_colours < same == pytest.approx(1.0)


def test_not_like_this_leads_away_from_the_other_picture() -> None:
    source, other = pictures([1.0, 1.0, 0.0]), pictures([0.0, 1.0, 0.0])
    candidates = pictures([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    score = shipped("not_like_this")
    away, towards = score.score(candidates, source, Given(other=other))
    assert away > towards
    assert np.ptp(score.score(candidates, source)) == pytest.approx(0)


def test_my_taste_tells_what_is_liked_from_what_is_not() -> None:
    """Photos of two kinds, marked; then new ones of both, between a source that is of neither."""
    rng = np.random.default_rng(5)
    kinds = rng.normal(0, 1, (2, 1280)).astype(np.float32)

    def some(kind: int, count: int) -> Pictures:
        return pictures(*(kinds[kind] + rng.normal(0, 1.5, (count, 1280))).tolist())

    marked = Marked(np.concatenate([some(0, 6).embedding, some(1, 4).embedding]), np.arange(10) < 6)
    score = shipped("my_taste")
    liked = score.score(some(0, 30), SOURCE_OF_NEITHER, Given(marked=marked))
    disliked = score.score(some(1, 30), SOURCE_OF_NEITHER, Given(marked=marked))
    assert liked.min() > disliked.max()
    assert liked.mean() > 0.6 and disliked.mean() < 0.4
    assert (disliked >= 0).all() and (liked <= 1).all()


SOURCE_OF_NEITHER = pictures([1.0] * 1280)


def test_my_taste_is_likeness_until_there_are_both_marks() -> None:
    hearts = Marked(CANDIDATES.embedding, np.ones(3, bool))
    for given in (Given(), Given(marked=hearts)):
        assert shipped("my_taste").score(CANDIDATES, SOURCE, given) == pytest.approx([1.0, 0.0, 1.0])


def test_fair_gives_no_owner_more_than_two_photos_of_a_page() -> None:
    photos = tuple(photo(number, owner="greedy" if number < 40 else f"owner {number}") for number in range(80))
    rng = np.random.default_rng(2)
    candidates = pictures(*rng.normal(0, 1, (80, 16)).tolist(), photos=photos)
    scores = np.linspace(1, 0, 80, dtype=np.float32)  # the greedy owner's are the best forty
    order = shipped("fair").order(candidates, scores)
    assert sorted(order) == list(range(80))
    assert [photos[place].owner for place in order[:30]].count("greedy") == 2
    assert order[0] == 0


def test_fair_shows_differing_tags_first() -> None:
    tags = [("cat",), ("cat",), ("cat",), ("dog",)]
    photos = tuple(photo(number, f"owner {number}", tag) for number, tag in enumerate(tags))
    candidates = pictures(*np.eye(4).tolist(), photos=photos)
    order = shipped("fair").order(candidates, np.array([0.9, 0.89, 0.88, 0.7], np.float32))
    assert list(order[:2]) == [0, 3]


@pytest.mark.parametrize("name", SHIPPED)
def test_scores_are_finite_float32_of_the_right_shape(name: str) -> None:
    rng = np.random.default_rng(0)
    many = pictures(*rng.normal(0, 100, (50, 64)).tolist(), scale=0.001, photos=tuple(map(photo, range(50))))
    marked = Marked(many.embedding[:8], np.arange(8) < 4)
    for given in (Given(), Given(CLASSES[5], many.rows(np.array([3])), marked)):
        result = shipped(name).score(many, many.rows(np.array([0])), given)
        assert result.shape == (50,)
        assert result.dtype == np.float32
        assert np.isfinite(result).all()
        assert sorted(shipped(name).order(many, result)) == list(range(50))


@pytest.mark.parametrize("name", SHIPPED)
def test_no_candidates_have_no_scores(name: str) -> None:
    empty = CANDIDATES.rows(np.array([], np.intp))
    result = shipped(name).score(empty, SOURCE)
    assert result.shape == (0,)
    assert shipped(name).order(empty, result).shape == (0,)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_photo_is_scored_by_itself(name: str) -> None:
    """The search scores photos as they come, the editor all of them at once."""
    given = Given(CLASSES[5], CANDIDATES.rows(np.array([1])), Marked(CANDIDATES.embedding, np.arange(3) < 1))
    together = shipped(name).score(CANDIDATES, SOURCE, given)
    alone = [shipped(name).score(CANDIDATES.rows(np.array([place])), SOURCE, given)[0] for place in range(3)]
    assert alone == pytest.approx(together, rel=1e-5)


def test_probabilities_are_a_softmax() -> None:
    assert CANDIDATES.probabilities.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])
    assert (CANDIDATES.probabilities.argmax(axis=1) == CANDIDATES.logits.argmax(axis=1)).all()


def test_records_give_the_same_pictures_but_for_rounding() -> None:
    photos = tuple(map(photo, range(3)))
    whole = replace(CANDIDATES, photos=photos)
    model = Model("few", "Few features", 3, 1000.0, CLASSES)
    data = whole.to_records() + whole.rows(np.array([1])).to_records()
    again = Pictures.from_records(data, model, (*photos, photos[1]))
    assert again.embedding[:3] == pytest.approx(whole.embedding, rel=1e-3)
    assert again.logits[3] == pytest.approx(whole.logits[1], rel=1e-3, abs=1e-3)
    assert (again.pixels[:3] == whole.pixels).all()
    assert again.photos[3] == photos[1]

