"""A folder of one's own photos: keywords in the files, lists beside them, and files that mean harm."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services.folder import Folder
from clear_core.services.photo_notes import read_notes
from tests.core.virtual_time import run

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def xmp(*keywords: str, title: str = "", creator: str = "") -> bytes:
    bag = "".join(f"<rdf:li>{keyword}</rdf:li>" for keyword in keywords)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description rdf:about="">
<dc:subject><rdf:Bag>{bag}</rdf:Bag></dc:subject>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def jpeg(*, xmp: bytes = b"", iptc: bytes = b"") -> bytes:
    """A JPEG with these packets, put in as cameras and programs do."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#446688").save(file, "JPEG")
    body = file.getvalue()
    segments = b""
    if xmp:
        segments += _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)
    if iptc:
        padded = iptc + b"\0" * (len(iptc) % 2)
        segments += _segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + padded)
    return body[:2] + segments + body[2:]


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data


def record(number: int, value: bytes) -> bytes:
    """A field of IPTC's second record."""
    return bytes([0x1C, 2, number]) + len(value).to_bytes(2, "big") + value


class Memory:
    """Files of a folder, in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.read_names: list[str] = []

    async def names(self) -> list[str]:
        return list(self.files)

    async def read(self, name: str, most: int | None = None) -> bytes:
        self.read_names.append(name)
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name][:most]

    def url(self, name: str) -> str:
        return f"file:///photos/{name}"


def find(files: dict[str, bytes], tag: str, *, limit: int = 30, seed: int = 0) -> list[Photo]:
    return run(Folder(Memory(files)).search(tag, limit=limit, rng=np.random.default_rng(seed)))


def names(files: dict[str, bytes], tag: str) -> list[str]:
    return sorted(photo.id for photo in find(files, tag))


PHOTOS = {
    "a.jpg": jpeg(xmp=xmp("cat", "Stop sign", title="Tom &amp; co", creator="Ada")),
    "deep/in/b.JPG": jpeg(
        iptc=record(25, b"cat") + record(25, "Käse".encode()) + record(80, "J\xf6rg".encode("latin-1"))
    ),
    "c.jpg": jpeg(),
    "notes.txt": b"cat",
    "broken.jpg": b"\xff\xd8\xff cat",
}


def test_keywords_in_the_files_are_found() -> None:
    assert names(PHOTOS, "cat") == ["a.jpg", "deep/in/b.JPG"]
    assert names(PHOTOS, "käse") == ["deep/in/b.JPG"]
    assert names(PHOTOS, "unicorn") == [] and names(PHOTOS, "、") == []


@pytest.mark.parametrize("tag", ["stop sign", "Stop sign", "stopsign", "sign", "stop", "cat,stop sign", "tom"])
def test_words_and_joined_words_find_the_same(tag: str) -> None:
    assert names(PHOTOS, tag) == ["a.jpg"]


def test_of_several_tags_a_photo_has_all() -> None:
    assert names(PHOTOS, "cat,käse") == ["deep/in/b.JPG"]
    assert names(PHOTOS, "stop sign,käse") == []


def test_what_is_written_is_shown() -> None:
    [photo] = find(PHOTOS, "stopsign")
    assert photo == Photo(
        id="a.jpg", service="folder", title="Tom & co", owner="Ada", tags=("cat", "Stop sign"), width=40, height=30,
        thumbnail_url="file:///photos/a.jpg", page_url="file:///photos/a.jpg",
    )  # fmt: skip
    [photo] = find(PHOTOS, "käse")
    assert (photo.title, photo.owner) == ("b", "Jörg")


def test_more_than_a_page_is_a_random_choice() -> None:
    many = {f"{number}.jpg": PHOTOS["a.jpg"] for number in range(50)}
    first, second = (find(many, "cat", limit=10, seed=seed) for seed in (1, 2))
    assert len(first) == len(second) == 10 and first != second
    assert first == find(many, "cat", limit=10, seed=1)


def test_the_folder_is_read_once() -> None:
    files = Memory(PHOTOS)

    async def twice() -> None:
        folder, rng = Folder(files), np.random.default_rng(0)
        await folder.search("cat", limit=5, rng=rng)
        read = len(files.read_names)
        await folder.search("dog", limit=5, rng=rng)
        assert len(files.read_names) == read

    run(twice())


LIST = [
    {
        "file": "c.jpg",
        "tags": ["dog", "a, b", 7],
        "title": "Rex",
        "owner": "Bob",
        "license": "CC BY 4.0",
        "width": "800",
    },
    {"file": "a.jpg", "tags": ["horse"]},
    {"file": "../outside.jpg", "tags": ["dog"]},
    {"file": "missing.jpg", "tags": ["dog"]},
    {"tags": ["dog"]},
    "no entry",
]


@pytest.mark.parametrize("name", ["photos.json", "photos.jsonl"])
def test_a_list_wins_over_what_is_in_the_files(name: str) -> None:
    text = json.dumps(LIST) if name == "photos.json" else "\n".join(map(json.dumps, LIST)) + "\n\n"
    files = {**PHOTOS, name: text.encode()}
    [photo] = find(files, "dog")
    assert (photo.id, photo.title, photo.owner, photo.license) == ("c.jpg", "Rex", "Bob", "CC BY 4.0")
    assert photo.tags == ("dog", "a b") and photo.width == 800
    assert names(files, "horse") == ["a.jpg"] and names(files, "cat") == ["deep/in/b.JPG"]


@pytest.mark.parametrize("text", [b"", b"{", b"{}", b"\xff\xfe", b"7", b"[" * 100_000])
def test_a_list_that_is_none_is_said(text: bytes) -> None:
    with pytest.raises(ServiceError, match=r"photos\.json") as caught:
        find({**PHOTOS, "photos.json": text}, "cat")
    assert caught.value.fatal


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"cat"}, {"broken.jpg": b"\xff\xd8"}])
def test_a_folder_without_tags_is_said(files: dict[str, bytes]) -> None:
    with pytest.raises(ServiceError) as caught:
        find(files, "cat")
    assert caught.value.problem.code == "folder_without_tags" and caught.value.fatal


def test_a_photo_that_was_taken_away_is_missing() -> None:
    files = Memory(dict(PHOTOS))

    async def take_away() -> None:
        folder = Folder(files)
        [photo, *_] = await folder.search("cat", limit=30, rng=np.random.default_rng(0))
        assert await folder.thumbnail(photo) == PHOTOS[photo.id]
        del files.files[photo.id]
        await folder.thumbnail(photo)

    with pytest.raises(ServiceError) as caught:
        run(take_away())
    assert caught.value.problem.code == "photo_missing"


# --- what is written in a file ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_other_formats_have_keywords_too(kind: str) -> None:
    file = io.BytesIO()
    options: dict[str, Any] = {"xmp": xmp("cat", "garden")}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        notes = PngInfo()
        notes.add_itxt("XML:com.adobe.xmp", xmp("cat", "garden").decode())
        options = {"pnginfo": notes}
    elif kind == "TIFF":
        options = {"tiffinfo": {700: xmp("cat", "garden")}}
    Image.new("RGB", (40, 30)).save(file, kind, **options)
    notes_read = read_notes(file.getvalue())
    assert notes_read is not None and notes_read.keywords == ("cat", "garden")


def test_xmp_and_iptc_say_it_together() -> None:
    notes = read_notes(jpeg(xmp=xmp("cat", "dog"), iptc=record(25, b"dog") + record(25, b"owl") + record(5, b"IPTC")))
    assert notes is not None and notes.keywords == ("cat", "dog", "owl") and notes.title == "IPTC"


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12)
    ) + "]>"
)  # fmt: skip
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("prologue", [BOMB, FILE_ENTITY], ids=["bomb", "file"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_expanded(prologue: str, encoding: str) -> None:
    text = prologue + xmp("&a;", "&m;").decode().partition("?>")[2]
    notes = read_notes(jpeg(xmp=text.encode(encoding)[:60_000]))
    assert notes is not None and notes.keywords == ()


def test_a_deep_packet_is_read_without_depth() -> None:
    deep = b"<a>" * 10_000 + xmp("cat").partition(b"?>")[2].rpartition(b"<?")[0] + b"</a>" * 7_000
    notes = read_notes(jpeg(xmp=deep))
    assert notes is not None and notes.keywords == ()  # it does not even close


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    packet=st.binary(max_size=120) | st.text(alphabet='<>/&;rdf:lics ubject="', max_size=120).map(str.encode),
    iptc=st.binary(max_size=60) | st.binary(max_size=20).map(lambda value: record(25, value)),
    cut=st.integers(0, 60),
)
def test_any_packet_is_plain_text_or_nothing(packet: bytes, iptc: bytes, cut: int) -> None:
    whole = xmp("cat")
    for data in (packet, whole[:cut] + packet + whole[cut:]):
        notes = read_notes(jpeg(xmp=data, iptc=iptc))
        assert notes is None or all("\n" not in word and len(word) <= 300 for word in notes.keywords)
