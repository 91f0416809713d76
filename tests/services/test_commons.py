"""Wikimedia Commons against answers as it writes them, and everything that can be wrong with those."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services import Commons
from clear_core.services.fields import text_of_html
from tests.services import answers
from tests.services.answers import BODIES, JSON, answering, fault_of, host_of
from tests.services.inmemory import InMemory

FILE_HOSTS = ("upload.wikimedia.org", "thumb.wikimedia.org")


def ask(transport: InMemory, tag: str = "cat", **options: int) -> list[Photo]:
    return answers.ask(Commons, transport, tag, **options)


def edited(**changes: Any) -> list[Photo]:
    """Photos from a true answer with these fields of each page, of its imageinfo, or of that one's extmetadata."""

    def edit(data: Any) -> None:
        for page in data.get("query", {}).get("pages", []):
            info = page["imageinfo"][0]
            for name, value in changes.items():
                if name in page:
                    page[name] = value
                elif name in info:
                    info[name] = value
                else:
                    info["extmetadata"][name] = {"value": value}

    return answers.edited(Commons, "commons.wikimedia.org", edit)


def test_photos_are_what_was_asked_for() -> None:
    photos = ask(InMemory())
    assert len(photos) > 5
    for photo in photos:
        assert "Cat" in photo.tags
        assert photo.page_url.startswith("https://commons.wikimedia.org/wiki/File:") and " " not in photo.page_url
        assert host_of(photo.thumbnail_url) in FILE_HOSTS
        assert photo.owner and "<" not in photo.owner
        assert photo.width and photo.height and photo.license
        assert not photo.title.startswith("File:") and not photo.title.endswith(".jpg")


def test_thumbnails_are_of_a_size_that_wikimedia_serves() -> None:
    transport = InMemory()
    photos = ask(transport)
    assert transport.asked[0][1]["iiurlwidth"] == "330"
    assert all("/330px-" in photo.thumbnail_url for photo in photos if (photo.width or 0) > 330)


def test_the_best_match_comes_first() -> None:
    """The answer is sorted by page; ``index`` says how well a page matches."""
    photos = ask(InMemory(), seed=1, tag="cat,cat")
    ids = [int(photo.id) for photo in photos]
    assert len(ids) > 2 and ids != sorted(ids)


def test_of_several_tags_a_photo_has_all() -> None:
    photos = ask(InMemory(), "animals,tabby")
    assert photos and all({"Animals", "Tabby"} <= set(photo.tags) for photo in photos)


def test_two_questions_do_not_bring_the_same_photos() -> None:
    transport = InMemory()
    for seed in range(8):
        assert ask(transport, seed=seed)
    assert len({params["gsroffset"] for _, params in transport.asked}) > 4
    assert len(transport.asked) <= 16  # where fewer match, one more question


def test_nothing_found_is_an_empty_list() -> None:
    assert ask(InMemory(), "unicorn") == []
    transport = InMemory()
    assert ask(transport, '"-!') == [] and transport.asked == []


def test_operators_of_the_search_are_words_only() -> None:
    transport = InMemory()
    ask(transport, 'insource:/x/ -cat "dog"~2 incategory:A|B')
    assert transport.asked[0][1]["gsrsearch"] == "insource x cat dog 2 incategory A B filemime:image/jpeg"


@pytest.mark.parametrize(
    "category",
    ["Self-published work", "Taken with Nikon D90", "CC-BY-SA-4.0", "PD-user", "Uploaded with UploadWizard",
     "2015-07-21", "Photographs by Ada", "Images with watermarks", "Files with no machine-readable author",
     "Quality images by Ada",
     "Pages with maps", "License migration redundant", "Flickr images reviewed by FlickreviewR 2", "July 2014",
     "Media needing categories as of 2 May 2020", "Wiki Loves Monuments 2015", "Commons users", "2015 in Paris"],
)  # fmt: skip
def test_housekeeping_is_no_tag(category: str) -> None:
    photos = edited(Categories=f"Trees in Finistère|{category}|Felis catus")
    assert photos and all(photo.tags == ("Trees in Finistère", "Felis catus") for photo in photos)


@pytest.mark.parametrize(
    "category",
    ["Cats", "Images", "Commons", "Uploads of the sea", "Filed teeth", "Authors from Japan", "Photographers"],
)
def test_what_only_looks_like_housekeeping(category: str) -> None:
    kept = category not in ("Commons", "Authors from Japan")  # too much alike
    assert all((category in photo.tags) == kept for photo in edited(Categories=category))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="//commons.wikimedia.org/wiki/User:PtrQs" title="User:PtrQs">PtrQs</a>', "PtrQs"),
        ("Ada &amp; Bob &lt;3", "Ada & Bob <3"),
        ("<script>alert(1)</script>Ada<style>a{}</style>", "Ada"),
        ("<div>Ada<br>Lovelace</div>", "Ada Lovelace"),
        ("<a href='x'>unclosed <b>Ada", "unclosed Ada"),
        ("<img src=x onerror=alert(1)>", ""),
        ("plain", "plain"),
        (None, ""),
        (7, ""),
    ],
)
def test_html_becomes_text(html: Any, text: str) -> None:
    assert text_of_html(html) == text


def test_the_maker_is_text_and_else_the_uploader() -> None:
    assert {photo.owner for photo in edited(Artist="<b>Ada</b>")} == {"Ada"}
    assert {photo.owner for photo in edited(Artist="<script>x</script>", user="Uploader")} == {"Uploader"}


@pytest.mark.parametrize(
    ("url", "deed"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0", "https://creativecommons.org/licenses/by-sa/4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/deed.en", "https://creativecommons.org/publicdomain/zero/1.0/deed.en"),
        ("//creativecommons.org/licenses/by/3.0/", "https://creativecommons.org/licenses/by/3.0/"),
        ("https://creativecommons.org.evil.example/", None),
        ("https://creativecommons.org@evil.example/", None),
        ("javascript:alert(1)", None),
        (None, None),
        (["https://creativecommons.org/"], None),
    ],
)  # fmt: skip
def test_deeds(url: Any, deed: str | None) -> None:
    photos = edited(LicenseUrl=url, LicenseShortName="<b>CC BY</b>")
    assert photos and {(photo.license, photo.license_url) for photo in photos} == {("CC BY", deed)}


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://upload.wikimedia.org/1.jpg", "https://evil.example/1.jpg", "https://[", None, 7, {},
     "https://upload.wikimedia.org@evil.example/1.jpg", "https://upload.wikimedia.org:8443/1.jpg"],
)  # fmt: skip
def test_files_of_foreign_hosts_are_left_out(url: object) -> None:
    assert edited(thumburl=url) == []


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/png", "application/pdf", "video/webm", None])
def test_what_is_no_photograph_is_left_out(mime: Any) -> None:
    assert edited(mime=mime) == []


@pytest.mark.parametrize(
    "title", ["javascript:alert(1)", "File:", "File:a<b>.jpg", "User:Ada.jpg", None, 7, "File:x\n.jpg"]
)
def test_pages_that_are_no_files_are_left_out(title: Any) -> None:
    assert edited(title=title) == []


def test_titles_are_written_into_the_address_safely() -> None:
    [photo, *_] = edited(title='File:50% "Ä"? & co.jpg')
    assert photo.title == '50% "Ä"? & co'
    assert photo.page_url == "https://commons.wikimedia.org/wiki/File:50%25_%22%C3%84%22%3F_%26_co.jpg"


def test_numbers_as_strings_are_numbers() -> None:
    assert {(photo.width, photo.height) for photo in edited(width="640", height="480", pageid="12")} == {(640, 480)}


# --- faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"query":7}', b'{"query":{"pages":7}}', b"\xff"]
)
def test_answers_that_are_no_answers(body: bytes) -> None:
    assert fault_of(Commons, answering(body)).problem.code == "service_answer_unreadable"


@pytest.mark.parametrize(
    ("status", "code"), [(403, "service_refused"), (429, "service_busy"), (500, "service_down"), (503, "service_down")]
)
def test_statuses_are_told_apart(status: int, code: str) -> None:
    error = fault_of(Commons, answering(b"<html>", status))
    assert error.problem.code == code and "Wikimedia Commons" in str(error)


def test_errors_with_status_200() -> None:
    def error(code: str) -> ServiceError:
        return fault_of(Commons, answering(json.dumps({"error": {"code": code, "info": "<b>Sorry</b>"}}).encode()))

    assert error("ratelimited").problem.code == error("maxlag").problem.code == "service_busy"
    assert "“Sorry”" in str(error("badvalue"))


FIELDS = st.sampled_from(
    ["pageid", "title", "index", "imageinfo", "thumburl", "mime", "user", "width", "extmetadata", "Artist",
     "Categories", "LicenseShortName", "LicenseUrl"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(changes=st.dictionaries(FIELDS, JSON, min_size=1, max_size=5))
def test_any_entry_is_a_photo_or_left_out(changes: dict[str, Any]) -> None:
    broken = {name: changes.pop(name) for name in ("imageinfo", "extmetadata") if name in changes}

    def edit(data: Any) -> None:
        for page in data.get("query", {}).get("pages", []):
            page.update({name: value for name, value in changes.items() if name in page})
            info = page["imageinfo"][0]
            info.update({name: value for name, value in changes.items() if name in info})
            info["extmetadata"].update({name: {"value": value} for name, value in changes.items()})
            info.update({name: value for name, value in broken.items() if name == "extmetadata"})
            page.update({name: value for name, value in broken.items() if name == "imageinfo"})

    for photo in answers.edited(Commons, "commons.wikimedia.org", edit):
        assert host_of(photo.page_url) == "commons.wikimedia.org" and host_of(photo.thumbnail_url) in FILE_HOSTS
        assert all(isinstance(tag, str) and tag and "," not in tag for tag in photo.tags)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(body=BODIES)
def test_any_bytes_are_photos_or_a_sentence(body: bytes) -> None:
    try:
        ask(answering(body))
    except ServiceError as error:
        assert str(error)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(html=st.text(alphabet="<>/&;!-#xa\"'= \n[]", max_size=80))
def test_any_html_is_one_line_of_text(html: str) -> None:
    text = text_of_html(html)
    assert "\n" not in text and len(text) <= 300
