"""The offline library and the corpus as photos of many people."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.standin import LibraryMissing, LibraryPhoto, load_corpus, offline_library, stamps

YEAR = 365.25 * 86400


def test_holds_photographs_of_many_kinds_and_no_drawings(library: list[LibraryPhoto]) -> None:
    kinds = Counter(photo.category for photo in library)
    assert len(library) > 300
    assert kinds["animals/birds"] > 30
    assert kinds["food/fruit"] > 20
    assert kinds["hobbies/music"] > 8
    assert kinds["vehicles"] > 12
    parts = {part for photo in library for part in photo.path.parts}
    assert not parts & {"cartoon", "symbols", "roadsigns", "flags", "clothes"}
    assert not any(photo.path.stem.endswith("_mirror") for photo in library)


def test_same_photos_every_time_and_only_the_dates_move(library: list[LibraryPhoto]) -> None:
    old, new = offline_library(now=1.7e9), offline_library(now=1.7e9 + 1000)
    assert offline_library(now=1.7e9) == old
    assert [(p.id, p.secret, p.owner, p.tags) for p in old] == [(p.id, p.secret, p.owner, p.tags) for p in new]
    assert {b.uploaded - a.uploaded for a, b in zip(old, new, strict=True)} == {1000}


def test_dates_owners_licences_look_like_a_photo_service() -> None:
    now = 1.7e9
    photos = offline_library(now=now)
    ages = [(now - photo.uploaded) / YEAR for photo in photos]
    assert 0 <= min(ages) < 0.5
    assert 11.5 < max(ages) <= 12.1
    assert all(photo.taken <= photo.uploaded for photo in photos)
    assert len({photo.id for photo in photos}) == len(photos)
    assert 20 < len({photo.owner for photo in photos}) < len(photos)
    assert any(photo.owner_alias is None for photo in photos)
    assert len({photo.license for photo in photos}) > 6


def test_tags_are_normalised_and_as_untidy_as_people_leave_them(library: list[LibraryPhoto]) -> None:
    tiger = next(photo for photo in library if photo.path.stem == "tiger_sumatran")
    assert {"tiger", "sumatran", "sumatrantiger", "cats", "cat", "mammals"} <= set(tiger.tags)
    for photo in library:
        assert all(tag == tag.lower() and " " not in tag for tag in photo.tags)
    assert any(len(set(photo.tags)) < len(photo.tags) for photo in library), "a repeated tag"
    assert any(not photo.tags for photo in library), "no tags at all"
    assert any(":" in tag for photo in library for tag in photo.tags), "machine tags"
    assert any(photo.size("n") is None for photo in library), "an original smaller than 320 pixels"


def test_corpus_joins_tags_as_flickr_does(tmp_path: Path) -> None:
    record = {"id": "c1", "file": "images/c1.jpg", "width": 320, "height": 200, "tags": ["stop sign", "car", "car"]}
    record |= {"title": "A stop sign", "labels": ["stop sign", "car"], "license": None}
    (tmp_path / "photos.jsonl").write_text(json.dumps(record) + "\n")
    (photo,) = load_corpus(tmp_path)
    assert photo.tags == ("stopsign", "car")
    assert photo.category == "stop sign"
    assert photo.path == tmp_path / "images/c1.jpg"


def test_without_apt_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LibraryMissing, match=f"Put the file {stamps.DEB}.*into {tmp_path}"):
        offline_library(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_package_is_refused_with_both_hashes(tmp_path: Path) -> None:
    (tmp_path / stamps.DEB).write_bytes(b"!<arch>\n")
    with pytest.raises(LibraryMissing, match=f"sha256 [0-9a-f]{{64}}, expected {stamps.DEB_SHA256}"):
        offline_library(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [stamps.DEB], "nothing half-written is left"
