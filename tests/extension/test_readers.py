"""What the extension reads of strangers in JavaScript: links, which are followed or shown only to the named hosts, and
``data:`` URLs. Many of both, in one Node. (What it reads in Python is in ``tests/core/test_parsers.py``.)"""

from __future__ import annotations

import base64
import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest

HERE = Path(__file__).parent
LIB = HERE.parents[1] / "extension" / "lib"
PAGES = {
    "flickr": {"www.flickr.com"}, "flickr_feed": {"www.flickr.com"}, "openverse": {"openverse.org"},
    "commons": {"commons.wikimedia.org"}, "folder": set(), "toString": set(),
}  # fmt: skip
PICTURES = {
    "flickr": {"live.staticflickr.com"}, "flickr_feed": {"live.staticflickr.com"}, "openverse": {"api.openverse.org"},
    "commons": {"upload.wikimedia.org", "thumb.wikimedia.org"}, "folder": set(), "toString": set(),
}  # fmt: skip
LICENSES = {"creativecommons.org", "www.flickr.com", "www.usa.gov"}

GOOD = {
    ("flickr", "https://www.flickr.com/photos/ada/1"): (True, False, False, False),
    ("flickr", "https://live.staticflickr.com/65535/1_a_n.jpg"): (False, True, True, False),
    ("flickr", "https://creativecommons.org/licenses/by/2.0/"): (False, False, False, True),
    ("flickr", "https://openverse.org/image/1"): (False, False, False, False),
    ("openverse", "https://openverse.org/image/1"): (True, False, False, False),
    ("openverse", "https://api.openverse.org/v1/images/1/thumb/"): (False, True, True, False),
    ("openverse", "https://www.flickr.com/photos/ada/1"): (False, False, False, False),
    ("commons", "https://commons.wikimedia.org/wiki/File:A_cat.jpg"): (True, False, False, False),
    ("commons", "https://commons.wikimedia.org/w/index.php"): (False, False, False, False),
    ("commons", "https://thumb.wikimedia.org/wikipedia/commons/thumb/a/ab/A/330px-A.jpg"): (False, True, True, False),
    ("folder", "https://www.flickr.com/photos/ada/1"): (False, False, False, False),
}
BAD = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)//https://www.flickr.com", " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "blob:https://www.flickr.com/1", "file:///etc/passwd",
    "http://www.flickr.com/photos/ada/1", "//www.flickr.com/photos/ada/1", "/photos/ada/1", "", "https://", "https:///",
    "https://evil.example/photos/ada/1", "https://www.flickr.com.evil.example/", "https://evil.example/www.flickr.com",
    "https://www.flickr.com@evil.example/", "https://ada:secret@www.flickr.com/", "https://www.flickr.com:8443/",
    "https://evil.example#https://www.flickr.com", "https://evil.example\\@www.flickr.com/", "https://wwwXflickr.com/",
    "https://flickr.com/", "https://www.flickr.com../", "https://www.flickr.com\t.evil.example/",
    "https://www。flickr。com.x/",
    "filesystem:https://www.flickr.com/x", "chrome-extension://abc/popup.html", "wss://www.flickr.com/", "https://[::1]/",
)  # fmt: skip
PARTS = (
    "https:", "http:", "javascript:", "data:", "//", "/", "\\", "@", ":", "?", "#", "www.flickr.com", "evil.example",
    "live.staticflickr.com", "openverse.org", "api.openverse.org", "commons.wikimedia.org", "thumb.wikimedia.org",
    "creativecommons.org", "https://", "https://creativecommons.org/", "https://openverse.org/", "/wiki/File:",
    "/image/", "/photos/", ".", "443", "%2f", "\t", "\n", "\0", "\u202e", "alert(1)", "ﬀ", "。",
)  # fmt: skip


def ask(links: list[str], data: list[str], service: str = "flickr") -> dict[str, list[Any]]:
    command = ["node", HERE / "readers.mjs", LIB]
    asked = json.dumps({"links": links, "data": data, "service": service})
    run = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=120)
    answers: dict[str, list[Any]] = json.loads(run.stdout)
    return answers


def made_up(count: int) -> list[str]:
    rng = random.Random(1)
    return ["".join(rng.choices(PARTS, k=rng.randint(1, 9))) for _ in range(count)]


def test_good_links_are_followed() -> None:
    for service in PAGES:
        links = [link for name, link in GOOD if name == service]
        for link, answer in zip(links, ask(links, [], service)["links"], strict=True):
            assert tuple(one == link for one in answer) == GOOD[service, link]


@pytest.mark.parametrize("service", PAGES)
def test_bad_links_are_not(service: str) -> None:
    assert ask(list(BAD), [], service)["links"] == [[None] * 4] * len(BAD)


@pytest.mark.parametrize("service", PAGES)
def test_whatever_is_followed_is_https_at_a_named_host(service: str) -> None:
    followed = 0
    named = (PAGES[service], PICTURES[service], PICTURES[service], LICENSES)
    for answer in ask(made_up(20_000), [], service)["links"]:
        for link, hosts in zip(answer, named, strict=True):
            if link is not None:
                followed += 1
                parts = urlsplit(link)
                assert (parts.scheme, parts.netloc) in {("https", host) for host in hosts}
    assert followed > 20  # or the made-up ones tell nothing


def data_urls() -> dict[str, bytes | None]:
    """``data:`` URLs and their bytes; None for what is none."""
    rng = random.Random(2)
    told: dict[str, bytes | None] = {
        "data:,": b"", "data:;base64,": b"", "DATA:image/PNG;BASE64,AAEC": bytes([0, 1, 2]),
        "data:text/plain;charset=utf-8,a%20b": b"a b", "data:,100%": b"100%", "data:,%zz": b"%zz", "data:,a,b": b"a,b",
        "data:image/svg+xml,<svg onload=alert(1)>": b"<svg onload=alert(1)>",
        "data:image/png;base64,!!!": None, "data:image/png;base64,A": None, "data:,%ff": None, "data:": None,
        "data": None, "": None, "https://evil.example/,": None, "data:image/png;base64": None,
    }  # fmt: skip
    for _ in range(300):
        content = rng.randbytes(rng.randint(0, 200))
        told["data:image/jpeg;base64," + base64.b64encode(content).decode()] = content
        text = "".join(chr(rng.randrange(32, 0xD800)) for _ in range(20)).encode()
        told["data:image/svg+xml," + quote_from_bytes(text)] = text
    return told


def test_data_urls_are_read() -> None:
    told = data_urls()
    for (url, content), answer in zip(told.items(), ask([], list(told))["data"], strict=True):
        assert (None if answer is None else base64.b64decode(answer[1])) == content, url


def test_any_text_is_bytes_or_an_error() -> None:
    rng = random.Random(3)
    parts = ("data:", "image/png", ";base64", ",", "%", "%4", "%41", "=", "AAAA", "\0", "é", "\ud800", ";", "\n")
    texts = ["".join(rng.choices(parts, k=rng.randint(0, 12))) for _ in range(5000)]
    # Long ones take linear time.
    texts += ["data:" + "a" * 2_000_000, "data:" + ";base64" * 300_000 + ",", "data:," + "%" * 1_000_000]
    for answer in ask([], texts)["data"]:
        assert answer is None or (isinstance(answer, list) and base64.b64decode(answer[1]) is not None)


OURS = sorted(path for path in LIB.parent.rglob("*.js") if "vendor" not in path.parts)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(LIB.parent).as_posix())
def test_no_text_is_ever_interpreted(path: Path) -> None:
    """No sink that takes text for HTML or for code is used anywhere."""
    sinks = r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|setHTML"
    sinks += r"|\beval\(|new Function|dangerouslySet|setTimeout\(\s*['\"`]|importScripts\("
    assert re.findall(sinks, path.read_text(encoding="utf-8")) == []
