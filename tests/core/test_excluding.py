"""Tags that the user never wants: not asked for, not looked at, whatever the strategy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clear_core.photos import Photo
from clear_core.strategies import STRATEGIES, Excluding
from clear_core.strategies.base import TagMean
from clear_core.strategies.greedy import Greedy
from tests.core.painted import PaintedService
from tests.core.painted_search import WIDE, scored, updates_of


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_a_tag_that_is_excluded_is_neither_asked_for_nor_looked_at(name: str) -> None:
    service = PaintedService()
    strategy = Excluding(STRATEGIES[name](np.random.default_rng(3)), ["Hue 08", "  "])  # the tag of the source itself
    updates = updates_of(service, replace(WIDE, queries=40, photos=60), strategy=strategy)
    assert len(scored(updates)) == 60
    assert not [arm for arm in service.asked if "hue08" in arm.split(",")]
    assert not [item for item in scored(updates) if "hue08" in item.photo.tags]
    assert "hue08" not in [mean.tag for update in updates for mean in update.tags]
    unheeded = updates_of(PaintedService(), strategy=STRATEGIES[name](np.random.default_rng(3)))
    assert [item for item in scored(unheeded) if "hue08" in item.photo.tags]  # it would have been


def test_tags_of_two_are_refused_when_one_of_them_is() -> None:
    offered = [["cat,dog", "cat,car"], ["car"], []]
    emptied: list[str] = []

    class Pairs(Greedy):
        def choose_tags(self, count: int) -> list[str]:
            return offered.pop(0)

        def add_candidates(self, tag: str, photos: object) -> None:
            emptied.append(tag)

        def best_tags(self, count: int) -> list[TagMean]:
            return [TagMean("dog", 2, 1), TagMean("cat", 1, 1)][:count]

    strategy = Excluding(Pairs(np.random.default_rng(0)), ["dog"])
    assert strategy.choose_tags(2) == ["cat,car", "car"]
    assert emptied == ["cat,dog"]
    assert [mean.tag for mean in strategy.best_tags(1)] == ["cat"]


def test_photos_are_matched_as_the_service_would() -> None:
    greedy = Greedy(np.random.default_rng(0))
    strategy = Excluding(greedy, ["stop sign"])
    strategy.start(["road"])
    tag = strategy.choose_tags(1)[0]
    page = [Photo(str(i), "test", "", "", (name,), "", "") for i, name in enumerate(["StopSign", "sign"])]
    strategy.add_candidates(tag, page)
    assert [photo.id for photo in strategy.choose_photos(5)] == ["1"]
