"""What all strategies promise, and what each of them is known by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clear_core.features import Features
from clear_core.photos import Photo, ScoredPhoto
from clear_core.strategies import (
    STRATEGIES,
    EpsilonGreedy,
    Pool,
    Random,
    Strategy,
    TagMemory,
    Task,
    Tiara,
    Ucb,
    WordVectors,
)
from clear_core.strategies.candidates import Candidates, names_of, tag_key
from clear_core.strategies.class_words import ClassWords
from clear_core.strategies.page_yield import PageYield
from clear_core.strategies.ridge import RecursiveRidge, normal_scores
from tests.core.painted import HUES, MODEL

VECTORS = WordVectors(
    {
        "cat": np.array([1, 0], np.float32),
        "tabby": np.array([0.9, 0.1], np.float32),
        "car": np.array([0, 1], np.float32),
    },
    2,
)
ALL: dict[str, Callable[[np.random.Generator], Strategy]] = {
    **STRATEGIES,
    "tiara": lambda rng: Tiara(rng, VECTORS),
    "tiara_s": lambda rng: Tiara(rng, VECTORS, single=True),
    "pool with memory": lambda rng: Pool(rng, memory=TagMemory("colours", 192)),
}


def photo(identity: str, *tags: str, title: str = "", owner: str = "") -> Photo:
    return Photo(identity, "test", title, owner, tags, "https://example.org/t", "https://example.org/p")


def scored(item: Photo, score: float, tag: str = "") -> ScoredPhoto:
    return ScoredPhoto(item, score, tag or item.tags[0])


def source(hue: int) -> Features:
    logits = np.full((1, 1000), -5, np.float32)
    logits[0, hue] = 5
    embedding = np.zeros((1, 192), np.float32)
    embedding[0, hue] = 1
    return Features(embedding, logits)


def ask(strategy: Strategy, pages: dict[str, list[Photo]], rounds: int = 30) -> None:
    """Ask and look until there is nothing left; a photo scores what its id says after the colon."""
    for _ in range(rounds):
        for tag in strategy.choose_tags(3):
            strategy.add_candidates(tag, pages.get(tag, []))
        for item in strategy.choose_photos(3):
            strategy.observe([scored(item, float(item.id.split(":")[1]))])


def world(rng: np.random.Generator) -> dict[str, list[Photo]]:
    tags = [f"t{number}" for number in range(8)]
    photos = [photo(f"{i}:{rng.random():.4f}", *rng.choice(tags, 3, replace=False)) for i in range(40)]
    return {tag: [item for item in photos if tag in item.tags] for tag in tags}


@pytest.mark.parametrize("name", sorted(ALL))
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_nothing_is_handed_out_twice_and_no_room_is_overdrawn(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pages = world(rng)
    strategy = ALL[name](rng)
    strategy.start(["t0", "t1"], Task(queries=20, photos=20))
    out: list[str] = []
    for _ in range(25):
        room = int(rng.integers(0, 5))
        tags = strategy.choose_tags(room)
        assert len(tags) <= room and len(set(tags)) == len(tags) and all(tags)
        for tag in tags:
            strategy.add_candidates(tag, pages.get(tag, []) if rng.random() < 0.9 else ())
        photos = strategy.choose_photos(room)
        assert len(photos) <= room
        out += [item.key for item in photos]
        for item in photos:
            if rng.random() < 0.8:
                strategy.observe([scored(item, rng.normal())])
            else:
                strategy.skip(item)
    assert len(out) == len(set(out))
    means = [tag.mean for tag in strategy.best_tags(5)]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("name", sorted(ALL))
def test_scores_that_are_no_numbers_end_nothing(name: str) -> None:
    strategy = ALL[name](np.random.default_rng(0))
    strategy.start(["t0"], Task(queries=20, photos=20))
    strange = [photo(f"{number}:{value}", f"t{number % 3}") for number, value in enumerate(["nan", "inf", "-inf", "0"])]
    with np.errstate(invalid="ignore"):
        ask(strategy, {"t0": strange, "t1": strange, "t2": strange}, rounds=5)
    strategy.choose_tags(3)


def test_tag_keys_are_what_flickr_takes_for_the_same() -> None:
    assert tag_key("Stop sign") == tag_key("stop-sign") == tag_key("stopsign")
    assert tag_key("Straße 7") == "strasse7"


def test_names_of_a_photo() -> None:
    item = photo("a", "Stop sign", "stopsign", "!", title="The red SIGN, IMG 0042", owner="Ann")
    assert names_of(item) == ["stopsign", "~red", "~sign", "@Ann"]


def test_the_pool_takes_a_photo_once() -> None:
    pool = Candidates()
    assert pool.add(photo("a", "cat")) == 0
    assert pool.add(photo("a", "cat")) is None
    assert pool.add(photo("b")) == 1
    assert pool.rows.row(1).tolist() == [0]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(), min_size=1, max_size=50))
def test_normal_scores_keep_the_order_and_nothing_else(values: list[float]) -> None:
    scores = np.array(values)
    normal = normal_scores(scores)
    assert np.isfinite(normal).all()
    clean = np.where(np.isnan(scores), -np.inf, scores)
    for i in range(len(values)):
        for j in range(len(values)):
            assert (clean[i] < clean[j]) <= (normal[i] <= normal[j])
            assert (clean[i] == clean[j]) <= (normal[i] == normal[j])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000))
def test_the_recursive_ridge_is_the_ridge(seed: int) -> None:
    """Bordered inverses give what solving the whole system at once gives."""
    rng = np.random.default_rng(seed)
    n, names = 70, 12
    rows = [sorted(rng.choice(names, rng.integers(1, 5), replace=False).tolist()) for _ in range(n)]
    extras, y = rng.normal(size=(n, 2)), rng.normal(size=n)
    variances = np.array([0.5, 2.0])
    ridge = RecursiveRidge(0.3, 4.0, variances)
    for row, extra in zip(rows, extras, strict=True):
        ridge.observe(np.array(row), extra, names)
    w, bias, c = ridge.fit(y, names)
    dense = np.zeros((n, names))
    for i, row in enumerate(rows):
        dense[i, row] = 1 / np.sqrt(len(row))
    whole = np.hstack([dense, np.ones((n, 1)) * 2, extras * np.sqrt(variances)])
    solved = np.linalg.solve(whole.T @ whole + 0.3 * np.eye(names + 3), whole.T @ y)
    np.testing.assert_allclose(w, solved[:names], atol=1e-8)
    np.testing.assert_allclose(bias, solved[names] * 2, atol=1e-8)
    np.testing.assert_allclose(c, solved[names + 1 :] * np.sqrt(variances), atol=1e-8)


def test_class_words_collect_the_probability_of_their_classes() -> None:
    model = type(MODEL)("m", "M", 192, 1.0, ("tiger cat", "Siamese cat", "dog", *(f"c{i}" for i in range(997))))
    logits = np.full((1, 1000), -9, np.float32)
    logits[0, :3] = 4, 4, 4.2
    words = ClassWords(Features(np.zeros((1, 192), np.float32), logits), model)
    assert words.most_probable(1) == ["cat"]
    assert words.of(["cat"]) > words.of(["~cat"]) > words.of(["spoon"]) == 0


def test_yields_are_learned_per_bucket() -> None:
    expect = PageYield()
    before = expect.expected(np.array([1, 40]))
    for number in range(10):
        expect.plan(f"rare{number}", 1)
        expect.answered(f"rare{number}", 0)
    after = expect.expected(np.array([1, 40]))
    assert after[0] < before[0] / 5
    assert after[1] == before[1]


def test_the_pool_looks_at_the_photos_whose_tags_were_good() -> None:
    pool = Pool(np.random.default_rng(0))
    pool.start(["a"], Task(queries=2, photos=20))
    (tag, *_) = pool.choose_tags(1)
    mixed = [photo(f"{kind}{number}", "a", kind) for number in range(10) for kind in ("good", "bad")]
    pool.add_candidates(tag, mixed)
    first = pool.choose_photos(10)
    pool.observe([scored(item, 1.0 if "good" in item.tags else 0.0) for item in first])
    pool.choose_tags(0)  # the queries are spent
    rest = pool.choose_photos(3)
    assert rest and all("good" in item.tags for item in rest)


def test_the_pool_asks_for_the_tag_whose_photos_are_good() -> None:
    pool = Pool(np.random.default_rng(0))
    pool.start(["a"], Task(queries=100, photos=1000))
    first = pool.choose_tags(8)
    pool.add_candidates(first[0], [photo(f"{kind}{n}", "a", kind) for n in range(9) for kind in ("good", "bad")])
    for tag in first[1:]:
        pool.add_candidates(tag, ())
    pool.observe([scored(item, 1.0 if "good" in item.tags else 0.0) for item in pool.choose_photos(100)])
    assert pool.choose_tags(1) == ["good"]


def test_the_pool_asks_for_two_tags_whose_photos_are_good_together() -> None:
    pool = Pool(np.random.default_rng(0))
    pool.start(["a"], Task(queries=100, photos=1000))
    first = pool.choose_tags(8)
    kinds = [("dog", "beach"), ("dog", "street"), ("cat", "beach"), ("cat", "street")]
    page = [photo(f"{'-'.join(kind)}{n}", "a", *kind) for n in range(40) for kind in kinds]
    pool.add_candidates(first[0], page)
    for tag in first[1:]:
        pool.add_candidates(tag, ())
    both = {"dog", "beach"}
    pool.observe([scored(item, 1.0 if both <= set(item.tags) else 0.0) for item in pool.choose_photos(1000)])
    asked = pool.choose_tags(3)
    assert both in [set(arm.split(",")) for arm in asked]
    for arm in asked:
        pool.add_candidates(arm, ())
    again = pool.choose_tags(20)
    assert both not in [set(arm.split(",")) for arm in again]  # once, in whatever order


def test_the_pool_starts_with_the_words_of_the_classes() -> None:
    pool = Pool(np.random.default_rng(0))
    pool.start(["hue03"], Task(source(3), MODEL))
    assert pool.choose_tags(1) == ["hue03"]


def test_ucb_plays_unknown_arms_first() -> None:
    ucb = Ucb(np.random.default_rng(0), seeds=(), names_first=False, width=1)
    ucb.start(["a", "b"])
    ask(ucb, {"a": [photo("1:9", "a")], "b": [photo("2:1", "b")]}, rounds=3)
    assert {tag.tag for tag in ucb.best_tags(5)} == {"a", "b"}


def test_fixed_arms_stay_the_first_tags() -> None:
    fixed = EpsilonGreedy(np.random.default_rng(0), adaptive=False, seeds=())
    fixed.start(["a"])
    ask(fixed, {"a": [photo("1:1", "a", "new")], "new": [photo("2:5", "new")]})
    assert [tag.tag for tag in fixed.best_tags(9)] == ["a"]


def test_random_does_not_care_for_scores() -> None:
    counts = {"good": 0, "bad": 0}
    for seed in range(60):
        strategy = Random(np.random.default_rng(seed), seeds=(), names_first=False, width=1)
        strategy.start(["good", "bad"])
        strategy.observe([scored(photo("x", "good"), 9.0), scored(photo("y", "bad"), 0.0)])
        counts[strategy.choose_tags(1)[0]] += 1
    assert min(counts.values()) > 15


def test_tiara_carries_a_score_over_to_tags_that_mean_the_same() -> None:
    tiara = Tiara(np.random.default_rng(0), VECTORS, seeds=(), names_first=False, width=1)
    tiara.start(["tabby", "car"])
    tiara.observe([scored(photo("a", "cat"), 1.0)])
    tiara.add_candidates("cat", ())
    assert tiara.choose_tags(1) == ["tabby"]


def test_tiara_s_learns_from_the_asked_tag_only() -> None:
    single = Tiara(np.random.default_rng(0), VECTORS, single=True, seeds=(), names_first=False, width=1, alpha=0.0)
    single.start(["tabby", "car"])
    single.observe([scored(photo("a", "cat"), 1.0, tag="car")])
    single.add_candidates("cat", ())
    assert single.choose_tags(1) == ["car"]


def test_word_vectors_are_the_mean_of_known_words() -> None:
    np.testing.assert_allclose(VECTORS.of("Cat_car unknown"), [0.5, 0.5])
    np.testing.assert_array_equal(VECTORS.of("unknown"), [0, 0])


def remembered() -> TagMemory:
    """A memory in which hue00 … hue23 point to their own axis."""
    memory, rng = TagMemory("colours", 192), np.random.default_rng(0)
    for number in range(300):
        hue = int(rng.integers(24))
        memory.learn(photo(f"m{number}", HUES[hue], "always", owner="Ann"), source(hue).embedding[0])
    return memory


def test_the_memory_knows_which_tag_points_where() -> None:
    memory = remembered()
    towards = memory.towards(source(5).embedding[0])
    assert max(towards, key=lambda name: towards[name]) == "hue05"
    assert memory.first_tags(towards, 1) == ["hue05"]
    assert abs(towards["always"]) < towards["hue05"] / 3
    assert "@Ann" not in towards


def test_the_memory_survives_being_saved() -> None:
    memory = remembered()
    again = TagMemory.from_bytes(memory.to_bytes(), "colours", 192)
    assert again.photos == memory.photos and len(again) == len(memory)
    before, after = (m.towards(source(5).embedding[0]) for m in (memory, again))
    assert before == pytest.approx(after, abs=0.02)
    again.learn(photo("new", "fresh"), source(5).embedding[0])
    assert "fresh" in again.towards(source(5).embedding[0])


def test_a_broken_or_foreign_memory_is_an_empty_one() -> None:
    data = remembered().to_bytes()
    for broken in (b"", b"no zip", data[:100], data[:-50]):
        assert len(TagMemory.from_bytes(broken, "colours", 192)) == 0
    assert len(TagMemory.from_bytes(data, "another network", 192)) == 0
    assert len(TagMemory.from_bytes(data, "colours", 64)) == 0


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clear_core.strategies.memory.MAX_NAMES", 40)
    memory = TagMemory("colours", 192)
    for number in range(300):
        memory.learn(photo(f"m{number}", "often", f"rare{number}"), source(number % 24).embedding[0])
    assert len(memory) <= 50
    assert memory.most_familiar(1) == [("often", 299)]


def with_memory(logits: NDArray[np.float32]) -> Pool:
    """A search for hue05 with a network that says something else, and a memory that knows better."""
    pool = Pool(np.random.default_rng(0), memory=remembered())
    pool.start(["hue17"], Task(Features(source(5).embedding, logits[np.newaxis]), MODEL))
    return pool


def test_with_a_memory_the_first_query_is_a_good_one() -> None:
    """The network takes hue05 for hue17, but photos of earlier searches with hue05 had its embedding."""
    doubtful = np.zeros(1000, np.float32)
    doubtful[15:20] = 20.0  # a fifth each
    assert with_memory(doubtful).choose_tags(1) == ["hue05"]


def test_what_the_network_is_sure_of_is_asked_for_whatever_the_memory_says() -> None:
    sure = np.zeros(1000, np.float32)
    sure[17] = 20.0
    assert with_memory(sure).choose_tags(2) == ["hue17", "hue05"]


def test_a_search_teaches_the_memory() -> None:
    memory = TagMemory("colours", 192)
    pool = Pool(np.random.default_rng(0), memory=memory)
    pool.start(["a"], Task(source(1), MODEL))
    (tag, *_) = pool.choose_tags(1)
    pool.add_candidates(tag, [photo("p", "a")])
    pool.observe([scored(photo("p", "a"), 1.0)], source(1))
    assert memory.photos == 1
    pool.observe([scored(photo("q", "a"), 1.0)])  # of a saved search: learned when it was scored
    assert memory.photos == 1
