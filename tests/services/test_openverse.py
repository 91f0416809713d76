"""Openverse against answers as it writes them, everything that can be wrong with those, and its quota."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services import Limit, Openverse
from clear_core.services.quota import seconds_to_wait
from tests.core.virtual_time import run
from tests.services import answers
from tests.services.answers import BODIES, JSON, answering, fault_of, host_of
from tests.services.inmemory import JPEG, Fault, InMemory
from tests.standin.flickr import Answer


def ask(transport: InMemory, tag: str = "cat", **options: int) -> list[Photo]:
    return answers.ask(Openverse, transport, tag, **options)


def unhurried() -> InMemory:
    """An Openverse that may be asked as often as one likes."""
    transport = InMemory()
    transport.openverse.throttle.limits = []
    return transport


def edited(**changes: Any) -> list[Photo]:
    def edit(data: Any) -> None:
        for entry in data["results"]:
            entry.update(changes)

    return answers.edited(Openverse, "api.openverse.org", edit)


def test_photos_are_what_was_asked_for() -> None:
    photos = ask(InMemory())
    assert photos
    for photo in photos:
        assert "cat" in photo.tags
        assert photo.page_url == f"https://openverse.org/image/{photo.id}"
        assert photo.thumbnail_url == f"https://api.openverse.org/v1/images/{photo.id}/thumb/"
        assert photo.owner and photo.width and photo.height
        assert photo.license is not None and photo.license_url is not None
        assert host_of(photo.license_url) == "creativecommons.org"


def test_of_several_tags_a_photo_has_all() -> None:
    photos = ask(InMemory(), "animals,tabby")
    assert photos and all({"animals", "tabby"} <= set(photo.tags) for photo in photos)


def test_two_questions_do_not_bring_the_same_photos() -> None:
    firsts = {ask(InMemory(), seed=seed)[0].id for seed in range(12)}
    assert len(firsts) >= 2  # there are three pages of cats


def test_a_page_that_is_not_there_costs_one_more_question() -> None:
    transport = unhurried()
    for seed in range(12):
        assert ask(transport, "tabby", seed=seed)  # there is one page
    pages = [params["page"] for _, params in transport.asked]
    assert pages.count("1") >= 12 and len(pages) <= 24


def test_no_more_is_asked_than_somebody_without_a_key_may() -> None:
    transport = unhurried()
    for seed in range(20):
        ask(transport, seed=seed)
    for _, params in transport.asked:
        assert int(params["page_size"]) <= 20 and 1 <= int(params["page"]) <= 20
        assert params["mature"] == "false"


def test_a_long_or_odd_question_is_still_one() -> None:
    transport = InMemory()
    ask(transport, '-cat + "dog" | (bird)*~ ' + "x" * 500)
    assert transport.asked[0][1]["q"].startswith("cat dog bird ") and len(transport.asked[0][1]["q"]) <= 200
    assert ask(transport, '"-+|') == [] and len(transport.asked) <= 2  # nothing is left to ask for


def test_nothing_found_is_an_empty_list() -> None:
    assert ask(InMemory(), "unicorn") == []


@pytest.mark.parametrize(
    ("code", "version", "name", "deed"),
    [
        ("by-sa", "2.0", "CC BY-SA 2.0", "https://creativecommons.org/licenses/by-sa/2.0/"),
        ("cc0", "1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("pdm", "1.0", "Public Domain Mark 1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("by", None, "CC BY", None),
        ("by", "../../evil", "CC BY", None),
        ("sampling+", "1.0", None, None),
        (["by"], 2.0, None, None),
    ],
)
def test_licences(code: Any, version: Any, name: str | None, deed: str | None) -> None:
    for photo in edited(license=code, license_version=version, license_url="javascript:alert(1)"):
        assert (photo.license, photo.license_url) == (name, deed)


def test_what_strangers_wrote_is_text_and_short() -> None:
    photos = edited(
        title="<b>A</b>\n" + "x" * 5000, creator="  Ada\tB ", tags=[{"name": "a, b"}, {"name": 7}, "x", None]
    )
    assert photos
    for photo in photos:
        assert photo.title.startswith("<b>A</b> x") and len(photo.title) <= 300
        assert photo.owner == "Ada B"
        assert photo.tags == ("a b",)  # a comma would mean "and"


def test_addresses_of_others_are_not_taken_over() -> None:
    evil = "https://evil.example/1.jpg"
    photos = edited(thumbnail=evil, foreign_landing_url="javascript:alert(1)", url=evil, detail_url=evil)
    assert photos
    for photo in photos:
        assert host_of(photo.thumbnail_url) == "api.openverse.org" and host_of(photo.page_url) == "openverse.org"


@pytest.mark.parametrize("photo_id", ["../../etc/passwd", "", None, 7, "A" * 36, "0" * 36])
def test_without_an_id_there_is_no_photo(photo_id: Any) -> None:
    assert edited(id=photo_id) == []


def test_what_is_not_for_everybody_and_drawings_are_left_out() -> None:
    assert edited(mature=True) == []
    assert edited(filetype="svg") == []


def test_numbers_as_strings_are_numbers() -> None:
    assert {(photo.width, photo.height) for photo in edited(width="640", height="480")} == {(640, 480)}


# --- faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"results":7}', b'{"detail":"Not found."}', b"\xff"]
)
def test_answers_that_are_no_answers(body: bytes) -> None:
    assert fault_of(Openverse, answering(body)).problem.code == "service_answer_unreadable"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "service_refused"), (401, "service_refused"), (429, "service_busy"), (503, "service_down")],
)
def test_statuses_are_told_apart(status: int, code: str) -> None:
    body = b'{"error":"InputError","detail":"Invalid input given for fields.","fields":["page"]}'
    error = fault_of(Openverse, answering(body, status))
    assert error.problem.code == code and "Openverse" in str(error)


def test_a_photo_that_its_source_has_not_any_more_is_missing() -> None:
    [photo, *_] = ask(InMemory())
    with pytest.raises(ServiceError) as caught:
        run(Openverse(answering(b'{"detail":"Failed Dependency"}', 424)).thumbnail(photo))
    assert caught.value.problem.code == "photo_missing"


FIELDS = st.sampled_from(
    ["id", "title", "creator", "license", "license_version", "tags", "width", "height", "mature", "filetype", "source"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(changes=st.dictionaries(FIELDS, JSON, min_size=1, max_size=5))
def test_any_entry_is_a_photo_or_left_out(changes: dict[str, Any]) -> None:
    for photo in edited(**changes):
        assert host_of(photo.page_url) == "openverse.org" and host_of(photo.thumbnail_url) == "api.openverse.org"
        assert all(isinstance(tag, str) and tag and "," not in tag for tag in photo.tags)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(body=BODIES)
def test_any_bytes_are_photos_or_a_sentence(body: bytes) -> None:
    try:
        ask(answering(body))
    except ServiceError as error:
        assert str(error)


# --- the quota ----------------------------------------------------------------------------------------------


def test_every_question_and_every_thumbnail_is_taken_from_its_own_quota() -> None:
    transport = InMemory()
    [photo, *_] = ask(transport, "tabby", seed=1)
    asked = len(transport.asked)
    assert transport.taken == [("Openverse", (Limit(20, 60), Limit(200, 86400)))] * asked
    assert run(Openverse(transport).thumbnail(photo)) == JPEG
    assert transport.taken[asked:] == [("Openverse thumbnails", (Limit(150, 60),))]


def test_a_search_waits_for_its_turn_and_fails_of_nothing() -> None:
    transport = InMemory(waits=[40.0, 1.0])

    async def timed() -> float:
        begin = asyncio.get_running_loop().time()
        await Openverse(transport).search("cat,animals", limit=30, rng=np.random.default_rng(0))
        return asyncio.get_running_loop().time() - begin

    assert 41 <= run(timed()) < 45
    assert len(transport.asked) == 1


def test_a_day_that_is_used_up_is_said_with_its_end() -> None:
    transport = InMemory(waits=[7200.0])
    error = fault_of(Openverse, transport)
    assert error.problem.code == "service_quota" and error.fatal
    assert "120 minutes" in str(error) and transport.asked == []


class Counting(InMemory):
    """Counts what is asked and fetched as a browser does, by the virtual clock; so does its stand-in."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: dict[str, list[float]] = {}

    async def take(self, service: str, limits: Any) -> float:
        now = asyncio.get_running_loop().time()
        moments = self.moments.setdefault(service, [])
        wait = seconds_to_wait(moments, limits, now)
        if not wait:
            moments.append(now)
        return wait


def test_a_real_throttle_never_has_to_say_no() -> None:
    """Fifty questions at once, and then two hundred thumbnails, against the limits as the stand-in counts them."""

    async def search() -> None:
        transport = Counting()
        questions, files = transport.openverse.throttle, transport.openverse.thumbnails
        questions._clock = files._clock = asyncio.get_running_loop().time
        service, rng = Openverse(transport), np.random.default_rng(0)
        asked = [service.search("cat,animals", limit=30, rng=rng) for _ in range(50)]
        [photo, *_] = (await asyncio.gather(*asked))[0]
        await asyncio.gather(*(service.thumbnail(photo) for _ in range(200)))
        assert questions.refused == files.refused == 0
        for number, least in ((50, 20), (200, 150)):
            [moments] = [moments for moments in transport.moments.values() if len(moments) == number]
            assert moments[least] - moments[0] >= 60

    run(search())


def test_when_one_may_ask_again() -> None:
    limits = (Limit(2, 10), Limit(3, 100))
    assert seconds_to_wait([], limits, 0.0) == 0
    assert seconds_to_wait([0.0], limits, 1.0) == 0
    assert seconds_to_wait([0.0, 1.0], limits, 2.0) == pytest.approx(10.0)  # and a margin of 2
    assert seconds_to_wait([0.0, 1.0], limits, 12.5) == 0
    assert seconds_to_wait([0.0, 1.0, 13.0], limits, 20.0) == pytest.approx(82.0)
    assert seconds_to_wait([50.0, 51.0], limits, 2.0) == 0  # the clock was set back


def test_a_busy_service_is_asked_once_more() -> None:
    busy: list[Fault] = [Answer(429, {"Retry-After": "3"}, b"")]
    transport = InMemory(fault=lambda path, params: busy.pop() if busy else None)
    assert ask(transport)
    assert len(transport.taken) == len(transport.asked)  # the second try counts too
