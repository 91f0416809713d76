"""What the tests of every service need: ask it in memory, and change its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import strategies as st

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services import PhotoService
from tests.core.virtual_time import run
from tests.services.inmemory import Fault, InMemory
from tests.standin.flickr import Answer

Make = Callable[[InMemory], PhotoService]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

PIECES = (
    '"', "\\", '\\"', "\\'", "'", "[", "]", "{", "}", '{"a":', ",", ":", " ", "\n", "1", "&", "&#", "&#1", "&amp;", ";",
    "<", "<a", "<!--", "<p>", ">", '("', '")', "|", "/", ".", "_m.", "a", "\u0301", "\ud83d",
)  # fmt: skip
"""What texts are made of that keep a parser busy: whatever opens, closes, escapes or separates."""

LONG = st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 6000)), min_size=1, max_size=5).map(
    lambda parts: "".join(piece * count for piece, count in parts)
)
"""Up to 100 kB of a few pieces, each many times over."""

BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | LONG.map(lambda text: text.encode(errors="replace"))
    | LONG.map(lambda text: f'{{"items":[{{"title":"{text}'.encode(errors="replace"))
    | st.dictionaries(st.sampled_from(["items", "results", "query", "stat", "photos", "error"]), JSON | LONG).map(
        lambda value: json.dumps(value).encode()
    )
)
"""Answers that are none, or hardly."""


def ask(make: Make, transport: InMemory, tag: str = "cat", *, seed: int = 0, limit: int = 30) -> list[Photo]:
    return run(make(transport).search(tag, limit=limit, rng=np.random.default_rng(seed)))


def fault_of(make: Make, transport: InMemory, tag: str = "cat", *, seed: int = 0) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask(make, transport, tag, seed=seed)
    return caught.value


def answering(body: bytes, status: int = 200, **headers: str) -> InMemory:
    """A service that gives this answer to everything."""
    return InMemory(fault=lambda path, params: Answer(status, headers, body))


def edited(make: Make, host: str, edit: Callable[[Any], None], *, seed: int = 0) -> list[Photo]:
    """Photos from a true answer of the host whose JSON was changed by ``edit``."""
    plain = InMemory()

    def fault(path: str, params: Mapping[str, str]) -> Fault:
        data = json.loads(plain._answer(path, params, host).body)
        edit(data)
        return Answer(200, {}, json.dumps(data).encode())

    return ask(make, InMemory(fault=fault), seed=seed)


def host_of(url: str) -> str:
    return urlsplit(url).netloc
