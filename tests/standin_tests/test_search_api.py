"""flickr.photos.search over HTTPS, against ../shared/reference and a plain scan of all photos."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree

import pytest

from tests.standin import EXPIRED_KEY, VALID_KEY, FlickrWorld, LibraryPhoto, Standin
from tests.standin.library import normalise, words

from .conftest import Client


def test_answers_with_the_fields_of_the_real_api(client: Client, library: list[LibraryPhoto]) -> None:
    extras = (
        "license,date_upload,date_taken,owner_name,tags,machine_tags,o_dims,views,media,path_alias,url_n,url_m,url_l"
    )
    page = client.search(text="tiger", per_page=9, extras=extras)
    assert page.keys() == {"page", "pages", "perpage", "total", "photo"}
    by_id = {photo.id: photo for photo in library}
    assert len(page["photo"]) == int(page["total"]) > 1
    for item in page["photo"]:
        photo = by_id[item["id"]]
        assert "tiger" in photo.tags or "tiger" in words(photo.title)
        assert item["ownername"] == photo.owner_name
        assert item["tags"] == " ".join(photo.tags)
        assert item["license"] == photo.license
        assert item["dateupload"] == str(photo.uploaded)
        assert item["pathalias"] == photo.owner_alias
        assert item["o_width"] == str(photo.width)
        assert item["url_m"].endswith(f"/{photo.id}_{photo.secret}.jpg")
        assert "url_l" not in item, "the original is smaller than 1,024 pixels"
    plain = client.search(text="tiger")["photo"][0]
    assert not {"tags", "ownername", "license"} & plain.keys(), "extras only where they are asked for"


def test_numbers_come_as_numbers_and_as_strings(client: Client) -> None:
    widths = {
        type(item["width_n"]) for item in client.search(text="bird", extras="url_n")["photo"] if "width_n" in item
    }
    totals = {
        type(client.search(text=word)["total"]) for word in ("bird", "mammal", "fruit", "flower", "dog", "nature")
    }
    assert widths == totals == {int, str}


def test_a_size_is_absent_where_the_original_is_smaller(client: Client, library: list[LibraryPhoto]) -> None:
    small = {photo.id for photo in library if max(photo.width, photo.height) < 320}
    items = client.search(min_upload_date=1, per_page=500, extras="url_s,url_n")["photo"]
    assert len(items) == len(library)
    assert {item["id"] for item in items if "url_n" not in item} == small
    assert all(item["url_s"].endswith("_m.jpg") for item in items)


def test_text_finds_words_and_joined_tags_and_excludes(client: Client, library: list[LibraryPhoto]) -> None:
    names = {photo.id: photo.path.stem for photo in library}

    def found(text: str) -> set[str]:
        return {names[item["id"]] for item in client.search(text=text)["photo"]}

    assert found("sumatrantiger") == found("Sumatran Tiger") == {"tiger_sumatran"}
    assert "sportscar2" in found("sports car")
    assert found("penguin -magellanic") == found("penguin") - {"magellanic_penguin"}
    assert found("no such thing") == set()


def test_finds_what_a_plain_scan_finds(library: list[LibraryPhoto]) -> None:
    world = FlickrWorld(library)
    draw = random.Random(3)
    vocabulary = sorted({tag for photo in library for tag in photo.tags} | {w for p in library for w in words(p.title)})
    for _ in range(300):
        chosen = draw.sample(vocabulary, draw.choice((1, 1, 2)))
        low = draw.choice([p.uploaded for p in library])
        high = draw.choice([p.uploaded for p in library if p.uploaded >= low])
        asked = {"text": " ".join(chosen), "min_upload_date": str(low), "max_upload_date": str(high)}
        wanted = words(asked["text"])
        expected = [
            photo
            for photo in sorted(library, key=lambda p: (-p.uploaded, p.id))
            if low <= photo.uploaded <= high
            and (
                all(word in photo.tags or word in words(photo.title) for word in wanted)
                or "".join(wanted) in photo.tags
            )
        ]
        assert world.find(asked) == expected, asked


def test_tags_any_and_all(client: Client, library: list[LibraryPhoto]) -> None:
    def ids(tags: str, mode: str) -> set[str]:
        return {item["id"] for item in client.search(tags=tags, tag_mode=mode, per_page=500)["photo"]}

    assert ids("Bird, fish", "any") == {p.id for p in library if {"bird", "fish"} & set(p.tags)}
    assert ids("bird,poultry", "all") == {p.id for p in library if {"bird", "poultry"} <= set(p.tags)}
    assert normalise("Stop-Sign!") == "stopsign"


def test_sorts_and_licences(client: Client, library: list[LibraryPhoto]) -> None:
    def order(sort: str) -> list[str]:
        return [item["id"] for item in client.search(text="bird", sort=sort, per_page=500)["photo"]]

    newest = order("date-posted-desc")
    dates = {photo.id: photo for photo in library}
    assert newest == sorted(newest, key=lambda i: -dates[i].uploaded)
    assert order("date-posted-asc") == newest[::-1]
    views = [dates[i].views for i in order("interestingness-desc")]
    assert views == sorted(views, reverse=True)
    assert set(order("relevance")) == set(newest)
    free = client.search(license="9,10", per_page=500)["photo"]
    assert {item["id"] for item in free} == {p.id for p in library if p.license in ("9", "10")}


def test_pages_meet_without_gap_and_end_empty(client: Client) -> None:
    whole = [item["id"] for item in client.search(text="mammal", per_page=500)["photo"]]
    first = client.search(text="mammal", per_page=20)
    pages = [[i["id"] for i in client.search(text="mammal", per_page=20, page=n)["photo"]] for n in range(1, 6)]
    assert first["pages"] == -(-len(whole) // 20)
    assert [identity for page in pages for identity in page] == whole
    assert pages[-1] == []


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"api_key": "short"}, 100, "Invalid API Key (Key has invalid format)"),
        ({"api_key": EXPIRED_KEY}, 100, "Invalid API Key (Key has expired)"),
        ({"api_key": "0" * 32}, 100, "Invalid API Key (Key not found)"),
        ({"text": ""}, 3, "Parameterless searches have been disabled"),
        ({"min_upload_date": 2000, "max_upload_date": 1000}, 18, "Illogical arguments"),
        ({"max_upload_date": "yesterday"}, 18, "Illogical arguments"),
        ({"tags": ",".join("abcdefghijklmnopqrstu"), "tag_mode": "all"}, 1, "Too many tags in ALL query"),
        ({"page": 9, "per_page": 500}, 20, "Excessive photo offset"),
        ({"method": "flickr.photos.find"}, 112, 'Method "flickr.photos.find" not found'),
    ],
)
def test_failures_are_status_200_with_a_code(
    client: Client, params: dict[str, str | int], code: int, message: str
) -> None:
    reply = client.rest(**{"text": "dog", **params})
    assert reply.status == 200
    answer = reply.json()
    assert (answer["stat"], answer["code"]) == ("fail", code)
    assert answer["message"].startswith(message)


def test_formats(client: Client) -> None:
    wrapped = client.get(
        "https://api.flickr.com/services/rest/", method="flickr.test.echo", api_key=VALID_KEY, format="json"
    )
    assert wrapped.body.startswith(b"jsonFlickrApi({")
    assert wrapped.headers["content-type"].startswith("text/javascript")
    forgotten = client.get(
        "https://www.flickr.com/services/rest/", method="flickr.photos.search", text="dog", api_key=VALID_KEY
    )
    assert ElementTree.fromstring(forgotten.body).find("photos/photo") is not None, "XML where format=json is forgotten"
    unknown = client.rest(text="dog", format="yaml")
    assert ElementTree.fromstring(unknown.body)[0].attrib == {"code": "111", "msg": 'Format "yaml" not found'}
    assert client.rest(text="dog").headers["access-control-allow-origin"] == "*"


def test_photos_of_the_future_are_not_there_yet(library: list[LibraryPhoto]) -> None:
    middle = sorted(photo.uploaded for photo in library)[100]
    with Standin(library, now=middle) as past:
        assert int(Client(past).search(min_upload_date=1)["total"]) == 101
