"""A long answer that is made to keep a parser busy is read, or refused, as soon as any other of its length.

No clock is asked: where the time grows with the square of the length, these tests would take an hour.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services import Commons, Flickr, FlickrFeed, Openverse, PhotoService, Transport
from clear_core.services.fields import text_of_html
from clear_core.services.forgiving_json import parse_json
from tests.services import answers
from tests.services.answers import PIECES, answering
from tests.services.inmemory import NOW
from tests.standin.flickr import VALID_KEY

SIZE = 200_000


def many(piece: str) -> str:
    return piece * (SIZE // len(piece))


@pytest.mark.parametrize("piece", [*PIECES, "\\u0041", "\\n", '"a', '"":', '\\"]', "[]", "[1],", "f("])
def test_json_of_one_piece_many_times(piece: str) -> None:
    """As all there is, inside a string that never ends, and inside one that does."""
    for body in (many(piece), '{"a":"' + many(piece), '["' + many(piece) + '"]', "feed(" + many(piece) + ");"):
        try:
            parse_json(body.encode(errors="replace"))
        except ValueError:
            continue


def test_a_string_that_never_ends_hides_nothing() -> None:
    with pytest.raises(ValueError, match="too deep"):
        parse_json(b'{"a":"' + b'\\"' * 1000 + b'",' + b"[" * 1000)


def test_what_is_in_a_string_is_not_deep() -> None:
    text = r"[{\"" * 1000
    assert parse_json(f'{{"title":"{text}","owner":"it\\\'s"}}'.encode()) == {"title": '[{"' * 1000, "owner": "it's"}


@pytest.mark.parametrize("piece", PIECES)
def test_html_of_one_piece_many_times(piece: str) -> None:
    for text in (many(piece), f"<a href='{many(piece)}", f"Ada <!-- {many(piece)}"):
        assert len(text_of_html(text)) <= 300


FEED = {"link": "https://www.flickr.com/photos/ada/1", "media": {"m": "https://live.staticflickr.com/1_m.jpg"}}
ENTRY = {"id": "1", "owner": "ada", "url_n": "https://live.staticflickr.com/1_n.jpg"}
PAGE: dict[str, Any] = {"pageid": 1, "title": "File:A.jpg", "index": 1}
INFO = {"mime": "image/jpeg", "thumburl": "https://upload.wikimedia.org/a.jpg"}
ID = "00000000-0000-0000-0000-000000000000"


def asked(make: type[FlickrFeed] | type[Openverse] | type[Commons] | None, answer: Any) -> list[Photo]:
    def service(transport: Transport) -> PhotoService:
        return make(transport) if make else Flickr(transport, VALID_KEY, now=lambda: NOW)

    return answers.ask(service, answering(json.dumps(answer).encode()))


# Beside its pieces: a name that might begin anywhere, and a number that Python does not read.
HARD = [*PIECES, '(" ', '("")', ") ", "&#1" + "1" * 5000 + ";", "a ", "_m.jpg", "Coasts of|"]


@pytest.mark.parametrize("piece", HARD)
def test_fields_of_one_piece_many_times(piece: str) -> None:
    text = many(piece)
    for name in ("title", "author", "tags", "link"):
        for value in (text, f'nobody@flickr.com ("{text}")', f'nobody@flickr.com ("{text}'):
            assert len(asked(FlickrFeed, {"items": [{**FEED, name: value}]})) == (name != "link")
    for name in ("title", "ownername", "tags", "license", "o_width"):
        assert len(asked(None, {"stat": "ok", "photos": {"photo": [{**ENTRY, name: text}]}})) == 1
    for name in ("title", "creator", "license_version", "width"):
        assert len(asked(Openverse, {"results": [{"id": ID, "license": "by", name: text}]})) == 1
    for name in ("Artist", "Categories", "LicenseShortName", "LicenseUrl"):
        page = {**PAGE, "imageinfo": [{**INFO, "extmetadata": {name: {"value": text}}}]}
        assert len(asked(Commons, {"query": {"pages": [page]}})) == 1


def test_a_long_refusal_is_cut() -> None:
    with pytest.raises(ServiceError) as caught:
        asked(None, {"stat": "fail", "code": 112, "message": many("no ")})
    assert len(str(caught.value)) < 500
