"""What is written in a picture file about itself: keywords, title, maker and rights, as XMP or IPTC.

XMP: https://developer.adobe.com/xmp/docs/ (Dublin Core). IPTC-IIM: https://iptc.org/standards/iim/. Files come from
strangers too, so an XMP packet with a document type, the root of all entity bombs, is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from PIL import Image, IptcImagePlugin
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from clear_core.pixels import opened
from clear_core.services.fields import distinct_tags, plain

MAX_XMP = 1_000_000
"""Characters of an XMP packet that are parsed; real ones have 2,000 to 60,000."""

_XMP_MARKER = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_NAMES = ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp")
_XMP_TIFF = 700
_DC = "{http://purl.org/dc/elements/1.1/}"
_LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_TITLE, _KEYWORD, _BYLINE, _COPYRIGHT = (2, 5), (2, 25), (2, 80), (2, 116)


@dataclass(frozen=True, slots=True)
class Notes:
    """Plain text, each field empty where nothing is written; ``width`` and ``height`` in pixels as stored."""

    keywords: tuple[str, ...] = ()
    title: str = ""
    owner: str = ""
    rights: str = ""
    width: int = 0
    height: int = 0


def read_notes(data: bytes) -> Notes | None:
    """The notes of a picture file; None when it is no picture that we open. Nothing is decoded."""
    try:
        with opened(data) as image:
            xmp, iptc = _xmp(image), IptcImagePlugin.getiptcinfo(image) or {}
            width, height = image.size
    except Exception:  # Pillow raises much for files that are broken
        return None
    return Notes(
        keywords=distinct_tags([*xmp.get("subject", []), *_iptc(iptc, _KEYWORD)]),
        title=_first([*xmp.get("title", []), *_iptc(iptc, _TITLE)]),
        owner=_first([*xmp.get("creator", []), *_iptc(iptc, _BYLINE)]),
        rights=_first([*xmp.get("rights", []), *_iptc(iptc, _COPYRIGHT)]),
        width=width,
        height=height,
    )


def _xmp(image: Image.Image) -> dict[str, list[str]]:
    """What the picture's XMP packet says of each Dublin Core property; nothing when there is none that we read."""
    packets = [image.info.get(name) for name in _XMP_NAMES]
    if isinstance(image, JpegImageFile):
        packets += [data.removeprefix(_XMP_MARKER) for _, data in image.applist if data.startswith(_XMP_MARKER)]
    if isinstance(image, TiffImageFile):
        packets.append(image.tag_v2.get(_XMP_TIFF))
    for packet in packets:
        text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else packet
        if isinstance(text, str) and 0 < len(text) <= MAX_XMP and "<!" not in text:
            reader = _DublinCore()
            parser = ElementTree.XMLParser(target=reader)
            try:
                parser.feed(text.strip(" \t\r\n\0\ufeff"))
                parser.close()
            except ElementTree.ParseError:
                continue
            return reader.items
    return {}


class _DublinCore:
    """Collects the items of each property: ``<dc:subject><rdf:Bag><rdf:li>cat</rdf:li>…``.

    No tree is built, so that no depth of nesting matters.
    """

    def __init__(self) -> None:
        self.items: dict[str, list[str]] = {}
        self._property: str | None = None
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag.startswith(_DC):
            self._property = tag.removeprefix(_DC)
        elif tag == _LI and self._property is not None:
            self._text = []

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        if tag == _LI and self._text is not None and self._property is not None:
            self.items.setdefault(self._property, []).append("".join(self._text))
            self._text = None
        elif tag.startswith(_DC):
            self._property = self._text = None


def _iptc(iptc: Mapping[tuple[int, int], object], field: tuple[int, int]) -> list[str]:
    """The values of an IPTC field, in UTF-8 or else Latin-1, as old programs write it."""
    value = iptc.get(field)
    return [_text(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, bytes)]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _first(texts: Iterable[str]) -> str:
    return next((text for text in map(plain, texts) if text), "")
