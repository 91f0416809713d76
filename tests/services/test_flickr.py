"""The two Flickr wrappers against answers as Flickr writes them, and everything that can be wrong with those."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services import Flickr, FlickrFeed, PhotoService, TransportError, TransportTimeout
from clear_core.services.flickr_files import LICENSES
from clear_core.services.forgiving_json import parse_json
from tests.core.virtual_time import run
from tests.services.answers import BODIES, JSON
from tests.services.inmemory import NOW, Fault, InMemory
from tests.standin.flickr import EXPIRED_KEY, VALID_KEY, Answer

BOTH = pytest.mark.parametrize("kind", ["api", "feed"])


def service(transport: InMemory, kind: str, key: str = VALID_KEY) -> PhotoService:
    return Flickr(transport, key, now=lambda: NOW) if kind == "api" else FlickrFeed(transport)


def ask(transport: InMemory, kind: str, tag: str = "cat", *, key: str = VALID_KEY, seed: int = 0) -> list[Photo]:
    return run(service(transport, kind, key).search(tag, limit=30, rng=np.random.default_rng(seed)))


def fault_of(transport: InMemory, kind: str, **options: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask(transport, kind, **options)
    return caught.value


def answering(body: bytes, status: int = 200, **headers: str) -> InMemory:
    """A service that gives this answer to everything."""
    return InMemory(fault=lambda path, params: Answer(status, headers, body))


@BOTH
def test_photos_are_what_was_asked_for(kind: str) -> None:
    photos = ask(InMemory(), kind)
    assert photos
    for photo in photos:
        assert "cat" in photo.tags
        assert photo.page_url == f"https://www.flickr.com/photos/{photo.page_url.split('/')[4]}/{photo.id}"
        assert photo.thumbnail_url.startswith("https://live.staticflickr.com/")
        assert photo.owner


@BOTH
def test_words_of_a_class_name_are_asked_for_together(kind: str) -> None:
    titles = {photo.title for photo in ask(InMemory(), kind, "Egyptian cat", seed=3)}
    assert titles <= {"An Egyptian cat's <b>portrait</b> & more", "Egyptian cat in the sun"}
    assert titles


@BOTH
def test_of_several_tags_a_photo_has_all(kind: str) -> None:
    photos = ask(InMemory(), kind, "animals,tabby")
    assert photos and all({"animals", "tabby"} <= set(photo.tags) for photo in photos)


@BOTH
def test_titles_are_plain_text(kind: str) -> None:
    """What a stranger wrote is kept to the letter and never read as HTML."""
    titles = {photo.title for seed in range(9) for photo in ask(InMemory(), kind, "egyptian", seed=seed)}
    assert "An Egyptian cat's <b>portrait</b> & more" in titles


@BOTH
def test_machine_tags_and_repeated_tags_are_dropped(kind: str) -> None:
    for seed in range(9):
        for photo in ask(InMemory(), kind, "tabby", seed=seed):
            assert photo.tags == ("cat", "tabby", "animals")


@BOTH
def test_nothing_found_is_an_empty_list(kind: str) -> None:
    assert ask(InMemory(), kind, "unicorn") == []


def test_the_api_knows_licences_sizes_and_thumbnails_of_320_pixels() -> None:
    names = {name for name, _ in LICENSES.values()}
    for photo in ask(InMemory(), "api"):
        assert photo.license in names
        assert photo.width and photo.height
        if max(photo.width, photo.height) >= 320:
            assert photo.thumbnail_url.endswith("_n.jpg")


def test_the_api_asks_for_a_random_date_of_the_last_three_years() -> None:
    transport = InMemory()
    for seed in range(20):
        ask(transport, "api", seed=seed)
    ages = [NOW - int(params["max_upload_date"]) for _, params in transport.asked]
    year = 365 * 24 * 3600
    assert 0 <= min(ages) < year and 2 * year < max(ages) <= 3 * year
    assert {params["per_page"] for _, params in transport.asked} == {"30"}


def test_the_api_is_asked_for_photos_of_the_last_days_only() -> None:
    transport = InMemory()
    day = 24 * 3600
    flickr = Flickr(transport, VALID_KEY, days=30, now=lambda: NOW)
    for seed in range(20):
        run(flickr.search("cat", limit=30, rng=np.random.default_rng(seed)))
    begin, end = ([int(params[f"{side}_upload_date"]) for _, params in transport.asked] for side in ("min", "max"))
    assert {NOW - moment for moment in begin} == {30 * day}
    assert len(set(end)) > 10 and all(0 <= NOW - moment <= 15 * day for moment in end)


def test_a_minus_does_not_exclude() -> None:
    transport = InMemory()
    ask(transport, "api", "-cat")
    assert transport.asked[0][1]["text"] == "cat"


def test_the_feed_is_asked_without_a_key() -> None:
    transport = InMemory()
    ask(transport, "feed")
    assert all(VALID_KEY not in str(params) for _, params in transport.asked)


@pytest.mark.parametrize("key", ["wrong", "f" * 32, EXPIRED_KEY])
def test_a_wrong_key_ends_the_search(key: str) -> None:
    error = fault_of(InMemory(), "api", key=key)
    assert error.problem.code == "service_key_invalid"
    assert error.fatal
    assert key not in str(error)


def test_no_key_is_said_without_asking() -> None:
    transport = InMemory()
    assert fault_of(transport, "api", key=" ").problem.code == "service_key_missing"
    assert transport.asked == []


@pytest.mark.parametrize("code", [0, 10, 105, 106, 201])
def test_flickr_says_that_it_is_down(code: int) -> None:
    body = json.dumps({"stat": "fail", "code": code, "message": "Sorry"}).encode()
    assert fault_of(answering(body), "api").problem.code == "service_down"


@pytest.mark.parametrize("code", [18, 112, 999])
def test_flickr_refuses_with_its_own_words_but_not_with_the_key(code: int) -> None:
    body = json.dumps({"stat": "fail", "code": code, "message": f"Illogical arguments for {VALID_KEY}"}).encode()
    error = fault_of(answering(body), "api")
    assert error.problem.code == "service_refused"
    assert "Illogical arguments" in str(error)
    assert VALID_KEY not in str(error)


def test_a_tag_without_a_word_has_no_photos() -> None:
    """Code 3: nothing is left of it that Flickr could look for."""
    body = json.dumps({"stat": "fail", "code": 3, "message": "Parameterless searches have been disabled."}).encode()
    assert ask(answering(body), "api", "、") == []


@BOTH
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "service_busy"),
        (500, "service_down"),
        (502, "service_down"),
        (503, "service_down"),
        (403, "service_refused"),
    ],
)
def test_statuses_are_told_apart(kind: str, status: int, code: str) -> None:
    assert fault_of(answering(b"<html>", status), kind).problem.code == code


@BOTH
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_once_more(kind: str, status: int) -> None:
    busy: list[Fault] = [Answer(status, {"Retry-After": "3"}, b"")]
    transport = InMemory(fault=lambda path, params: busy.pop() if busy else None)
    assert ask(transport, kind)
    assert len(transport.asked) == 2


@BOTH
def test_a_service_that_is_down_and_then_silent_is_down(kind: str) -> None:
    """Chrome does not let an extension ask again soon after a 5xx; that is not the user's network."""
    answers: list[Fault] = [TransportError("throttled"), Answer(503, {}, b"")]
    assert fault_of(InMemory(fault=lambda path, params: answers.pop()), kind).problem.code == "service_down"


def test_a_service_that_is_busy_for_long_is_not_waited_for() -> None:
    transport = answering(b"", 429, **{"Retry-After": "3600"})
    assert fault_of(transport, "api").problem.code == "service_busy"
    assert len(transport.asked) == 1


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Flickr</title>",
        b'{"photos":{"photo":[{"id":"1',
        b"[]",
        b"null",
        b"3",
        b'{"stat":"ok"}',
        b'{"stat":"ok","photos":7,"items":{}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_answers_that_are_no_answers(kind: str, body: bytes) -> None:
    assert fault_of(answering(body), kind).problem.code in ("service_answer_unreadable", "service_refused")


@BOTH
@pytest.mark.parametrize(
    ("error", "code"), [(TransportError("refused"), "service_unreachable"), (TransportTimeout(), "service_timeout")]
)
def test_no_answer_at_all(kind: str, error: Exception, code: str) -> None:
    assert fault_of(InMemory(fault=lambda path, params: error), kind).problem.code == code


def test_bad_escapes_and_wrappers_are_read() -> None:
    assert parse_json(rb'{"title":"it\'s \"fine\" \\ \u00e9"}') == {"title": 'it\'s "fine" \\ é'}
    assert parse_json(b'jsonFlickrFeed({"items":[]})') == {"items": []}
    assert parse_json(b'\xef\xbb\xbf{"items":[]}') == {"items": []}
    assert parse_json(b'{"title":"two\nlines"}') == {"title": "two\nlines"}


def edited(kind: str, edit: Callable[[dict[str, Any]], None]) -> list[Photo]:
    """Photos from a true answer whose every entry was changed by ``edit``."""
    plain = InMemory()

    def fault(path: str, params: Mapping[str, str]) -> Fault:
        answer = plain._answer(path, params)
        data = parse_json(answer.body)
        for entry in data["photos"]["photo"] if kind == "api" else data["items"]:
            edit(entry)
        return Answer(200, {}, json.dumps(data).encode())

    return ask(InMemory(fault=fault), kind)


def test_a_missing_size_falls_back_to_the_next() -> None:
    photos = edited("api", lambda entry: entry.pop("url_n", None))
    assert photos
    assert not any(photo.thumbnail_url.endswith("_n.jpg") for photo in photos)


@BOTH
@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://live.staticflickr.com/1.jpg", "https://evil.example/1.jpg", "https://[", None, 7,
     {}, "https://live.staticflickr.com@evil.example/1.jpg", "https://live.staticflickr.com:8443/1.jpg"],
)  # fmt: skip
def test_files_of_foreign_hosts_are_left_out(kind: str, url: object) -> None:
    def edit(entry: dict[str, Any]) -> None:
        for name in [name for name in entry if name.startswith("url_")]:
            entry[name] = url
        entry["media"] = {"m": url}

    assert edited(kind, edit) == []


@BOTH
def test_links_that_are_not_flickrs_are_left_out(kind: str) -> None:
    def edit(entry: dict[str, Any]) -> None:
        entry["owner"] = '"><script>'
        entry["link"] = "javascript:https://www.flickr.com/photos/a/1"

    assert edited(kind, edit) == []


@BOTH
def test_long_texts_are_cut_and_odd_ones_are_none(kind: str) -> None:
    long = edited(kind, lambda entry: entry.update(title="x" * 10_000, tags="y" * 10_000))
    assert long and all(len(photo.title) <= 300 and len(photo.tags[0]) <= 300 for photo in long)
    odd = edited(kind, lambda entry: entry.update(title=None, tags=None, ownername=3, author=[], license=[]))
    assert odd and all(photo.title == "" and photo.tags == () and photo.owner for photo in odd)


HOSTILE = {
    "half a character": ("a \ud800cat", "a cat"),
    "control characters": ("\0cat\x1b[31m\x07", "cat[31m"),
    "another direction": ("cat\u202egpj.\u2066exe", "catgpj.exe"),
    "line ends": ("a\r\ncat\u2028 \u0085here", "a cat here"),
}


@BOTH
@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_seen_but_does_something_is_left_out(kind: str, name: str) -> None:
    hostile, harmless = HOSTILE[name]
    tags = "".join(hostile.split())

    def edit(entry: dict[str, Any]) -> None:
        entry.update(title=hostile, tags=tags, ownername=hostile, author=f'nobody@flickr.com ("{hostile}")')

    for photo in edited(kind, edit):
        assert photo.title == photo.owner == harmless
        assert photo.tags == (harmless.replace(" ", ""),)
        ask(InMemory(), kind, photo.tags[0])  # it can be asked for


FIELDS = st.sampled_from(
    ["id", "owner", "title", "tags", "url_n", "url_s", "o_width", "width_n", "license", "ownername", "link", "media",
     "author", "author_id"]
)  # fmt: skip


@BOTH
@settings(max_examples=150, deadline=None, derandomize=True)
@given(changes=st.dictionaries(FIELDS, JSON, min_size=1, max_size=5))
def test_any_entry_is_a_photo_or_left_out(kind: str, changes: dict[str, Any]) -> None:
    for photo in edited(kind, lambda entry: entry.update(changes)):
        assert photo.page_url.startswith("https://www.flickr.com/photos/")
        assert photo.thumbnail_url.startswith("https://live.staticflickr.com/")
        assert all(isinstance(tag, str) and tag for tag in photo.tags)
        assert " ".join((photo.title, photo.owner, *photo.tags)).encode()  # it is Unicode: it can be sent and written


@settings(max_examples=150, deadline=None, derandomize=True)
@given(body=BODIES)
@pytest.mark.parametrize("kind", ["api", "feed"])
def test_any_bytes_are_photos_or_a_sentence(kind: str, body: bytes) -> None:
    try:
        ask(answering(body), kind)
    except ServiceError as error:
        assert str(error)


@pytest.mark.parametrize("around", ["feed({})", "feed ( {} ) ;", "\n a.b$c({});\n"])
def test_a_function_call_around_an_answer(around: str) -> None:
    assert parse_json(around.replace("{}", '{"items": []}').encode()) == {"items": []}


def http_date(seconds: float) -> str:
    """A moment so many seconds from now as HTTP writes it, which is without fractions."""
    return formatdate(time.time() + seconds, usegmt=True)


def test_retry_after_may_be_a_date() -> None:
    busy: list[Fault] = [Answer(429, {"Retry-After": http_date(6)}, b"")]
    transport = InMemory(fault=lambda path, params: busy.pop() if busy else None)

    async def timed() -> float:
        begin = asyncio.get_running_loop().time()
        await FlickrFeed(transport).search("cat", limit=30, rng=np.random.default_rng(0))
        return asyncio.get_running_loop().time() - begin

    assert 4.5 < run(timed()) < 9
    assert len(transport.asked) == 2
    for far in (http_date(3600), "9" * 400):
        transport = answering(b"", 429, **{"Retry-After": far})
        assert fault_of(transport, "feed").fatal and len(transport.asked) == 1


PAST, NO_DAY = "Wed, 01 Nov 2000 10:00:00 GMT", "Wed, 99 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize("asked", [PAST, NO_DAY, "soon", "-5", "1.5", "\u00b2", ""])
def test_a_strange_retry_after_does_no_harm(asked: str) -> None:
    busy: list[Fault] = [Answer(503, {"Retry-After": asked}, b"")]
    transport = InMemory(fault=lambda path, params: busy.pop() if busy else None)
    assert ask(transport, "feed") and len(transport.asked) == 2


def test_questions_under_way_together_are_one_strike() -> None:
    """However slowly they come back: here three one after the other, each with a pause of its own."""
    answers: list[Fault] = [Answer(429, {"Retry-After": "1"}, b"") for _ in range(3)]
    transport = InMemory(fault=lambda path, params: answers.pop() if answers else None)

    class Late(InMemory):
        async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Any:
            await asyncio.sleep(len(transport.asked) * 0.4)
            return await transport.get(url, params, timeout=timeout)

    async def together() -> list[list[Photo]]:
        feed, rng = FlickrFeed(Late()), np.random.default_rng(0)
        return await asyncio.gather(*(feed.search(tag, limit=30, rng=rng) for tag in ("cat", "car", "sun")))

    assert all(run(together()))
