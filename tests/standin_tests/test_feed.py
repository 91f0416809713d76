"""The public feed over HTTPS."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime

import pytest

from tests.standin import LibraryPhoto

from .conftest import Client


def test_has_the_shape_of_the_real_feed(client: Client, library: list[LibraryPhoto]) -> None:
    feed = json.loads(client.feed(tags="penguin").body.replace(b"\\'", b"'"))
    assert feed.keys() == {"title", "link", "description", "modified", "generator", "items"}
    assert feed["title"] == "Recent Uploads tagged penguin"
    by_id = {photo.id: photo for photo in library}
    assert len(feed["items"]) >= 3
    for item in feed["items"]:
        assert item.keys() == {
            "title", "link", "media", "date_taken", "description", "published", "author", "author_id", "tags",
        }  # fmt: skip
        photo = by_id[item["link"].rstrip("/").rsplit("/", 1)[1]]
        assert item["link"].split("/")[4] == (photo.owner_alias or photo.owner)
        assert item["author_id"] == photo.owner
        assert item["author"] == f'nobody@flickr.com ("{photo.owner_name}")'
        assert item["media"] == {"m": f"https://live.staticflickr.com/{photo.server}/{photo.id}_{photo.secret}_m.jpg"}
        assert datetime.fromisoformat(item["published"]).timestamp() == photo.uploaded
        assert "posted a photo:</p>" in item["description"]
    assert feed["modified"] == feed["items"][0]["published"]


def test_twenty_newest_and_both_modes(client: Client, library: list[LibraryPhoto]) -> None:
    def ids(**params: str) -> list[str]:
        feed = json.loads(client.feed(**params).body.replace(b"\\'", b"'"))
        return [item["link"].rstrip("/").rsplit("/", 1)[1] for item in feed["items"]]

    newest = sorted(library, key=lambda p: -p.uploaded)
    assert ids() == [p.id for p in newest][:20]
    assert ids(tags="bird") == [p.id for p in newest if "bird" in p.tags][:20]
    assert ids(tags="bird,poultry") == [p.id for p in newest if {"bird", "poultry"} <= set(p.tags)][:20], (
        "all by default"
    )
    assert ids(tags="fruit,fish", tagmode="any") == [p.id for p in newest if {"fruit", "fish"} & set(p.tags)][:20]
    assert ids(tags="Siberian Husky") == [p.id for p in newest if "siberianhusky" in p.tags]
    assert ids(tags="nosuchtag") == []


def test_writes_escapes_that_json_does_not_know(client: Client, library: list[LibraryPhoto]) -> None:
    names = [photo for photo in library if "'" in photo.title + photo.owner_name and photo.tags and int(photo.id) % 2]
    body = client.feed(tags=names[0].tags[0]).body
    assert b"\\'" in body
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_no_cors_header_and_other_formats(client: Client) -> None:
    assert "access-control-allow-origin" not in client.feed(tags="dog").headers
    url = "https://api.flickr.com/services/feeds/photos_public.gne"
    assert client.get(url, tags="dog", format="json").body.startswith(b"jsonFlickrFeed({")
    assert ElementTree.fromstring(client.get(url, tags="dog").body).tag.endswith("feed"), "Atom by default"
