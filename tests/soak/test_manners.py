"""How a service is treated that is busy, and what is said of it: over real HTTP, by the stand-in's record."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from clear_core.errors import ServiceError, in_one_line
from clear_core.native import HttpTransport
from clear_core.pixels import decode
from clear_core.scores import LocalScore, shipped
from clear_core.search import search
from clear_core.services import Flickr, FlickrFeed, Transport
from clear_core.strategies import Greedy
from clear_core.updates import Budget, SearchState, Update
from tests.core.painted import MODEL, ColourNetwork
from tests.standin import Standin, faults, offline_library
from tests.standin.flickr import VALID_KEY
from tests.standin.images import picture


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(offline_library()) as running:
        yield running


def over(standin: Standin, work: Callable[[Transport], Awaitable[None]]) -> None:
    async def connected() -> None:
        address = ("127.0.0.1", standin.https_port)
        async with HttpTransport(connect_to=address, ca_file=standin.ca_file) as transport:
            await work(transport)

    asyncio.run(connected())


def test_ten_at_once_are_sent_away_wait_and_are_answered(standin: Standin) -> None:
    standin.faults = faults.on(faults.status(429, {"Retry-After": "1"}), times=10)

    async def ask(transport: Transport) -> None:
        service, rng = Flickr(transport, VALID_KEY), np.random.default_rng(0)
        pages = await asyncio.gather(*(service.search("animals", limit=30, rng=rng) for _ in range(10)))
        assert all(pages)

    over(standin, ask)
    moments = [request.time for request in standin.requests]
    assert len(moments) == 20
    assert moments[10] - moments[9] >= 1, "somebody came back before the time"
    assert moments[19] - moments[10] > 0.02, "all came back in the same moment"


def test_pauses_grow_and_differ_and_a_service_that_stays_busy_is_left_alone(standin: Standin) -> None:
    standin.faults = faults.on(faults.status(503))
    waited: list[tuple[float, float]] = []

    async def one(transport: Transport, tag: str) -> None:
        service, rng = FlickrFeed(transport), np.random.default_rng(0)
        fatal = []
        for _ in range(2):
            with pytest.raises(ServiceError) as caught:
                await service.search(tag, limit=30, rng=rng)
            fatal.append(caught.value.fatal)
        assert fatal == [False, True]
        first, second, third = (request.time for request in standin.requests if request.params["tags"] == tag)
        waited.append((second - first, third - second))

    async def ask(transport: Transport) -> None:
        await asyncio.gather(*(one(transport, f"tag{number}") for number in range(5)))

    over(standin, ask)
    assert all(first >= 1 and second >= 2 for first, second in waited), waited
    assert max(first for first, _ in waited) - min(first for first, _ in waited) > 0.02, waited


def test_what_went_unanswered_is_counted(standin: Standin) -> None:
    standin.faults = faults.first_of(
        faults.of_questions(faults.html(), 1, 5, 7), faults.of_questions(faults.flickr_code(105), 2),
        faults.of_files(faults.status(404), 3), faults.of_files(faults.not_an_image(), 4),
    )  # fmt: skip
    library = offline_library()
    source = decode(picture(next(photo for photo in library if photo.path.stem == "tiger")), MODEL.wiring.side)
    network = ColourNetwork()  # whose 24 hues have the names of what the library has most of
    common = [tag for tag, _ in Counter(tag for photo in library for tag in photo.tags).most_common(24)]
    network.model = replace(MODEL, classes=(*common, *MODEL.classes[24:]))
    state, updates = SearchState(), list[Update]()

    async def run(transport: Transport) -> None:
        nonlocal state
        rng = np.random.default_rng(0)
        async for update in search(
            source,
            service=Flickr(transport, VALID_KEY),
            extractor=network,
            score=LocalScore(shipped("exponential")),
            strategy=Greedy(rng),
            budget=Budget(queries=15, photos=40, seconds=60),
            rng=rng,
        ):
            state = state.extended(update)
            updates.append(update)

    over(standin, run)
    assert updates[-1].ended in ("budget", "exhausted")
    asked = {request.params["text"] for request in standin.asked("www.flickr.com")}
    assert len(asked) == updates[-1].spent.queries > 8
    problems = [problem for update in updates for problem in update.problems]
    assert in_one_line(problems, updates[-1].spent.queries) == (
        f"Flickr sends answers that cannot be read: 4 of {len(asked)} questions went unanswered. "
        "Photos that could not be loaded and were left out: 2."
    )
    assert len({item.photo.key for item in state.scored}) == len(state.scored) == updates[-1].spent.photos > 10
