"""CLEAR's greedy, move by move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clear_core.photos import Photo, ScoredPhoto
from clear_core.strategies import Greedy
from clear_core.strategies.greedy import SEED_TAGS

NAMES = [f"class{number}" for number in range(10)]


def photo(identity: str, *tags: str) -> Photo:
    return Photo(identity, "test", identity, "owner", tags, "https://example.org/t", "https://example.org/p")


def started(names: Sequence[str] = NAMES) -> Greedy:
    greedy = Greedy(np.random.default_rng(0))
    greedy.start(names)
    return greedy


def play(greedy: Greedy, tag: str, item: Photo, score: float) -> None:
    """One turn of an arm that was chosen: its page comes with one photo, which is scored."""
    greedy.add_candidates(tag, [item])
    assert greedy.choose_photos(1) == [item]
    greedy.observe([ScoredPhoto(item, score, tag)])


def test_the_class_names_are_asked_first_in_their_order() -> None:
    assert started().choose_tags(10) == NAMES


def test_ten_arms_are_under_way_at_most() -> None:
    greedy = started()
    assert len(greedy.choose_tags(4)) == 4
    assert len(greedy.choose_tags(100)) == 6
    assert greedy.choose_tags(100) == []


def test_then_the_best_mean_is_played() -> None:
    greedy = started()
    tags = greedy.choose_tags(10)
    play(greedy, tags[0], photo("a", "good", "both"), 9.0)
    play(greedy, tags[1], photo("b", "bad", "both"), 1.0)
    assert greedy.choose_tags(2) == ["good", "both"]
    assert [(tag.tag, tag.mean, tag.count) for tag in greedy.best_tags(3)] == [
        ("good", 9.0, 1),
        ("both", 5.0, 2),
        ("bad", 1.0, 1),
    ]


def test_a_page_is_handed_out_before_the_tag_is_asked_again() -> None:
    greedy = started()
    tags = greedy.choose_tags(10)
    greedy.add_candidates(tags[0], [photo("a", tags[0]), photo("b", tags[0])])
    (first,) = greedy.choose_photos(5)
    greedy.observe([ScoredPhoto(first, 5.0, tags[0])])
    assert greedy.choose_tags(1) == []  # no query: the arm still has a photo
    (second,) = greedy.choose_photos(5)
    assert {first.id, second.id} == {"a", "b"}
    greedy.observe([ScoredPhoto(second, 5.0, tags[0])])
    assert greedy.choose_tags(1) == [tags[0]]


def test_when_nothing_scored_is_left_a_seed_tag_is_asked() -> None:
    greedy = started()
    tags = greedy.choose_tags(10)
    for tag in tags:
        greedy.add_candidates(tag, [])
    assert set(greedy.choose_tags(10)) == set(SEED_TAGS)


def test_a_tag_that_brings_nothing_new_is_not_asked_again() -> None:
    greedy = started([])
    while tags := greedy.choose_tags(10):
        for tag in tags:
            greedy.add_candidates(tag, [])
    assert greedy.choose_photos(10) == []


def test_empty_class_names_are_no_tags() -> None:
    assert started(["", "cat"]).choose_tags(1) == ["cat"]


def test_a_photo_adds_to_ten_of_its_tags_at_most() -> None:
    greedy = started()
    tags = greedy.choose_tags(10)
    play(greedy, tags[0], photo("a", *(f"tag{number}" for number in range(40))), 1.0)
    assert len(greedy.best_tags(100)) == 10


def test_a_photo_that_was_lost_frees_its_arm() -> None:
    greedy = started()
    tags = greedy.choose_tags(10)
    greedy.add_candidates(tags[0], [photo("a")])
    (lost,) = greedy.choose_photos(1)
    greedy.skip(lost)
    assert len(greedy.choose_tags(10)) == 1


def test_lockstep_waits_for_the_round() -> None:
    greedy = Greedy(np.random.default_rng(0), lockstep=True)
    greedy.start(NAMES)
    tags = greedy.choose_tags(10)
    for tag in tags[:9]:
        play(greedy, tag, photo(tag, "tag of " + tag), 1.0)
    assert greedy.choose_tags(10) == []
    play(greedy, tags[9], photo(tags[9], "tag of " + tags[9]), 1.0)
    assert len(greedy.choose_tags(10)) == 10
