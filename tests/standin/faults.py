"""What can go wrong on the way to a photo service, as values: a rule looks at a request and names a fault, or None."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .hosts import HOSTS, is_image

Kind = Literal[
    "status", "html", "empty", "truncated_json", "bad_escape", "flickr_code", "reset", "refuse",
    "black_hole", "slow_drip", "not_an_image", "redirect", "delay", "strings", "no_files", "duplicates", "unavailable",
]  # fmt: skip

_HTML = (
    b"<!DOCTYPE html><html><head><title>Flickr</title></head>"
    b"<body><h1>Hold your clicks a moment please...</h1><p>Flickr has the hiccups.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. `time` is time.monotonic(), `headers` has lower-case names, `body` is raw."""

    time: float
    method: str
    scheme: str
    host: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; made by the functions below."""

    kind: Kind
    code: int = 0
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Faults = Callable[[Request], Fault | None]


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """An answer with this HTTP status, for instance 429 with {"Retry-After": "2"}."""
    return Fault("status", code=code, headers=headers or {}, body=body)


def html(body: bytes = _HTML) -> Fault:
    """Status 200 and a page of HTML, whatever was asked for."""
    return Fault("html", body=body)


def empty() -> Fault:
    """Status 200, the right content type, and no byte of body."""
    return Fault("empty")


def truncated_json() -> Fault:
    """The first half of the right answer, as if it were all (works for pictures too)."""
    return Fault("truncated_json")


def bad_escape() -> Fault:
    """The right answer with \\' in a text: Flickr has been seen to send this, JSON does not allow it."""
    return Fault("bad_escape")


def flickr_code(code: int) -> Fault:
    """The API says stat=fail with this code (a feed, which has no such codes, answers it as well)."""
    return Fault("flickr_code", code=code)


def reset() -> Fault:
    """Half of the right answer, then the connection is reset."""
    return Fault("reset")


def refuse() -> Fault:
    """The connection is reset before a byte is answered. For a port that is closed see Standin.offline()."""
    return Fault("refuse")


def black_hole() -> Fault:
    """The connection stays open and nothing ever comes."""
    return Fault("black_hole")


def slow_drip(seconds: float) -> Fault:
    """The right answer in 32 pieces, evenly over this time."""
    return Fault("slow_drip", seconds=seconds)


def not_an_image() -> Fault:
    """Status 200, content type image/jpeg, and bytes that are no picture."""
    return Fault("not_an_image", body=b"This photo is no longer available. " * 40)


def redirect(location: str, code: int = 302) -> Fault:
    """A redirect to any address."""
    return Fault("redirect", code=code, headers={"Location": location})


def strings() -> Fault:
    """The right answer with every number in it as a string, as Flickr sometimes writes them."""
    return Fault("strings")


def no_files() -> Fault:
    """The right answer, but every second photo has no file (``url_*`` or ``media``)."""
    return Fault("no_files")


def duplicates() -> Fault:
    """The right answer with every photo in it twice."""
    return Fault("duplicates")


def unavailable() -> Fault:
    """A redirect to the picture "This photo is no longer available", as Flickr answers for photos that were removed."""
    return Fault("unavailable", code=302, headers={"Location": "/photo_unavailable_n.png"})  # images.UNAVAILABLE


def delay(seconds: float) -> Fault:
    """The right answer, this much later."""
    return Fault("delay", seconds=seconds)


def on(fault: Fault, *, host: str = "", path: str = "", times: int | None = None, after: int = 0) -> Faults:
    """Rule: this fault for requests whose host ends in `host` and whose path starts with `path`.

    The first `after` matching requests are spared; then at most `times` (None: all) are hit.
    """
    lock = threading.Lock()
    seen = 0

    def rule(request: Request) -> Fault | None:
        nonlocal seen
        if not (request.host.endswith(host) and request.path.startswith(path)):
            return None
        with lock:
            seen += 1
            hit = seen > after and (times is None or seen <= after + times)
        return fault if hit else None

    return rule


def of_questions(fault: Fault, *places: int, host: str = "www.flickr.com") -> Faults:
    """Rule: always this fault for certain questions to a host, by the order in which they were first asked."""
    return _of_kinds(fault, places, host, lambda request: tuple(sorted(request.params.items())))


def of_files(fault: Fault, *places: int, host: str = "live.staticflickr.com") -> Faults:
    """Rule: always this fault for certain files of a host, by the order in which they were first asked for."""
    return _of_kinds(fault, places, host, lambda request: request.path)


def _of_kinds(fault: Fault, places: Sequence[int], host: str, name: Callable[[Request], Hashable]) -> Faults:
    lock = threading.Lock()
    known: dict[Hashable, int] = {}

    def rule(request: Request) -> Fault | None:
        if request.host != host:
            return None
        with lock:
            return fault if known.setdefault(name(request), len(known)) in places else None

    return rule


def first_of(*rules: Faults) -> Faults:
    """Rule: the first fault that any of these rules names."""

    def rule(request: Request) -> Fault | None:
        return next((fault for one in rules if (fault := one(request)) is not None), None)

    return rule


# Per kind of request, all that a random mixture is made of.
API_FAULTS: tuple[Fault, ...] = (
    status(429, {"Retry-After": "1"}), status(429), status(500), status(502), status(503), html(), empty(),
    truncated_json(), bad_escape(), *(flickr_code(code) for code in (0, 3, 10, 100, 105, 201)), strings(), no_files(),
    duplicates(), reset(), refuse(), black_hole(), slow_drip(0.2), delay(0.3), redirect("https://elsewhere.example/"),
)  # fmt: skip
IMAGE_FAULTS: tuple[Fault, ...] = (
    status(404), status(410), status(429), status(500), status(503), html(), empty(), truncated_json(), not_an_image(),
    unavailable(), reset(), refuse(), black_hole(), slow_drip(0.2), delay(0.3), redirect("https://elsewhere.example/"),
)  # fmt: skip


def mixed(
    seed: int,
    rate: float,
    api: Sequence[Fault] = API_FAULTS,
    images: Sequence[Fault] = IMAGE_FAULTS,
    count: Callable[[Fault], None] = lambda fault: None,
) -> Faults:
    """Rule: a random fault for this share of the requests to the services' hosts (never to the test's own web pages).

    ``count`` is told of each.
    """
    lock = threading.Lock()
    random_numbers = random.Random(seed)

    def rule(request: Request) -> Fault | None:
        choice = images if is_image(request.host, request.path) else api
        if request.host not in HOSTS or not choice:
            return None
        with lock:
            fault = random_numbers.choice(choice) if random_numbers.random() < rate else None
            if fault is not None:
                count(fault)
            return fault

    return rule
