"""Openverse and Wikimedia Commons over HTTPS: their shapes, limits and errors."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.standin import LibraryPhoto, Standin, commons
from tests.standin_tests.conftest import Client

OPENVERSE = "https://api.openverse.org/v1/images/"
COMMONS = "https://commons.wikimedia.org/w/api.php"


def size(body: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(body)) as image:
        assert image.format == "JPEG"
        return image.size


def test_openverse_has_the_shape_of_the_real_one(client: Client) -> None:
    answer = client.get(OPENVERSE, q="penguin").json()
    assert answer.keys() >= {"result_count", "page_count", "page_size", "page", "results"}
    assert answer["result_count"] >= 3 and (answer["page"], answer["page_size"]) == (1, 20)
    for photo in answer["results"]:
        assert "penguin" in {tag["name"] for tag in photo["tags"]}
        assert photo["foreign_landing_url"].startswith("https://www.flickr.com/photos/")
        assert photo["thumbnail"] == f"{OPENVERSE}{photo['id']}/thumb/"
        assert photo["mature"] is False and photo["license"] and photo["license_version"]
    first = client.get(answer["results"][0]["thumbnail"])
    assert first.status == 200 and size(first.body)[0] <= 600


def test_openverse_without_a_key_gives_little(client: Client) -> None:
    assert client.get(OPENVERSE, q="dog", page_size=21).status == 401
    deep = client.get(OPENVERSE, q="dog", page=21)
    assert deep.status == 400 and deep.json()["error"] == "InputError" and deep.json()["fields"] == ["page"]
    assert client.get(OPENVERSE, q="animal", page=20).json()["results"] == []
    assert client.get(f"{OPENVERSE}00000000-0000-0000-0000-000000000000/thumb/").status == 404


def test_openverse_says_no_to_the_twenty_first_question_of_a_minute(client: Client, standin: Standin) -> None:
    assert [client.get(OPENVERSE, q="dog").status for _ in range(20)] == [200] * 20
    refused = client.get(OPENVERSE, q="dog")
    assert refused.status == 429 and 50 <= int(refused.headers["retry-after"]) <= 60
    assert "throttled" in refused.json()["detail"]
    photo = next(iter(standin.openverse.by_id))
    assert client.get(f"{OPENVERSE}{photo}/thumb/").status == 200  # these are counted apart
    standin.openverse.throttle.forget()
    assert client.get(OPENVERSE, q="dog").status == 200


def test_commons_has_the_shape_of_the_real_one(client: Client) -> None:
    answer = client.get(
        COMMONS, action="query", format="json", formatversion=2, generator="search", gsrnamespace=6, gsrlimit=5,
        gsrsearch="bird filemime:image/jpeg", prop="imageinfo", iiprop="url|size|mime|user|extmetadata",
        iiextmetadatafilter="Artist|Categories", iiurlwidth=330,
    ).json()  # fmt: skip
    pages = answer["query"]["pages"]
    assert len(pages) == 5 and [page["pageid"] for page in pages] == sorted(page["pageid"] for page in pages)
    assert {page["index"] for page in pages} == {1, 2, 3, 4, 5}
    assert answer["continue"]["gsroffset"] == 5
    for page in pages:
        [info] = page["imageinfo"]
        assert info["extmetadata"].keys() == {"Artist", "Categories"}
        assert "<a href=" in info["extmetadata"]["Artist"]["value"]
        assert "Self-published work" in info["extmetadata"]["Categories"]["value"].split("|")
        thumbnail = client.get(info["thumburl"])
        assert thumbnail.status == 200 and size(thumbnail.body)[0] == min(330, info["width"])


def test_commons_answers_nothing_and_errors_with_status_200(client: Client) -> None:
    params = {"action": "query", "format": "json", "generator": "search"}
    assert client.get(COMMONS, **params, gsrsearch="nosuchword").json() == {"batchcomplete": True}
    wrong = client.get(COMMONS, **params)
    assert wrong.status == 200 and wrong.json()["error"]["code"] == "missingparam"
    assert wrong.headers["mediawiki-api-error"] == "missingparam"


@pytest.mark.parametrize(("width", "status"), [(330, 200), (320, 400), (250, 200)])
def test_thumbnails_come_in_steps(client: Client, library: list[LibraryPhoto], width: int, status: int) -> None:
    name = commons.file_name(next(photo for photo in library if photo.width > 330)).replace(" ", "_")
    url = f"https://thumb.wikimedia.org/wikipedia/commons/thumb/a/ab/{name}/{width}px-{name}"
    assert client.get(url.replace("'", "%27")).status == status


def test_who_does_not_say_what_asks_is_refused(standin: Standin) -> None:
    assert standin.commons.answer("/w/api.php", {"format": "json"}, "").status == 403
