"""Everything that reads what it did not write: any bytes give a value of the right kind or the promised error.

The answers of the photo services are in ``tests/services``, pictures in ``test_pixels.py`` and ``tests/malformed``,
what the extension reads in JavaScript in ``tests/extension/test_readers.py``.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clear_core.features import Model
from clear_core.photos import Page, Photo, ScoredPhoto
from clear_core.strategies import TagMemory
from clear_core.updates import SearchState, Spent

often = settings(max_examples=200, deadline=None, derandomize=True)

TEXT = st.text(st.characters(codec=None), max_size=12)  # lone surrogates too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

PHOTO = Photo("1", "flickr", "A cat", "Ada", ("cat", "tabby"), "https://a/1.jpg", "https://b/1", "CC0", None, 3, 4)
STATE = json.loads(
    SearchState((Page("cat", (PHOTO,)),), (ScoredPhoto(PHOTO, 0.5, "cat"),), Spent(3, 1, 2.5)).to_json()
)
PARSED = {**STATE, "pages": list(map(json.loads, STATE["pages"]))}
MODEL = json.loads(Model("m", "M", 8, 2.0, ("cat", "dog")).to_json())


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to everything in a JSON value, itself included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def with_other(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    """A copy of a JSON value with something else at one place."""
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_other(value[path[0]], path[1:], other)
    return copy


def test_a_searchs_state_is_read_as_it_was_written() -> None:
    assert json.loads(SearchState.from_dict(STATE).to_json()) == STATE
    assert SearchState.from_dict(PARSED) == SearchState.from_dict(STATE)


@often
@given(st.sampled_from([(STATE, path) for path in places(STATE)] + [(PARSED, path) for path in places(PARSED)]), JSON)
def test_a_spoilt_state_is_a_state_or_a_value_error(place: tuple[Any, tuple[str | int, ...]], other: Any) -> None:
    try:
        state = SearchState.from_dict(with_other(*place, other))
    except ValueError:
        return
    for photo in [photo for page in state.pages for photo in page.photos] + [item.photo for item in state.scored]:
        texts = (photo.id, photo.title, photo.owner, photo.thumbnail_url, *photo.tags)
        assert all(isinstance(text, str) for text in texts)
    assert isinstance(state.to_json(), str)


@often
@given(st.sampled_from(places(MODEL)), JSON)
def test_a_spoilt_model_json_is_a_model_or_a_value_error(path: tuple[str | int, ...], other: Any) -> None:
    try:
        model = Model.from_json(json.dumps(with_other(MODEL, path, other)))
    except ValueError:
        return
    assert isinstance(model.embedding, int) and isinstance(model.score_scale, float)
    assert all(isinstance(name, str) for name in (model.name, *model.classes))
    assert model.wiring.file.count("/") in (0, 2) and model.wiring.embedding >= 0


ELSEWHERE = ("../model.tflite", "../../a/model.tflite", "/etc/passwd", "a/b", "..", ".", "", "C:\\x", "a\0b")


@pytest.mark.parametrize("file", ELSEWHERE)
def test_a_model_json_names_a_file_beside_it(file: str) -> None:
    with pytest.raises(ValueError):
        Model.from_json(json.dumps(with_other(MODEL, ("wiring", "file"), file)))


@often
@given(st.text(max_size=60))
def test_any_text_is_a_model_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        Model.from_json(text)


def remembered() -> TagMemory:
    memory = TagMemory("m", 8)
    rng = np.random.default_rng(0)
    for number in range(12):
        photo = dataclasses.replace(PHOTO, id=str(number), tags=("cat", f"tag{number % 4}"))
        memory.learn(photo, rng.normal(size=8).astype(np.float32))
    return memory


MEMORY = remembered().to_bytes()


def works(memory: TagMemory) -> None:
    """It answers, learns and can be saved, whatever it was made of."""
    towards = memory.towards(np.ones(8, np.float32))
    assert len(memory.first_tags(towards, 5)) <= 5
    assert all(name and count >= 0 for name, count in memory.most_familiar(5))
    before = memory.photos
    memory.learn(PHOTO, np.ones(8, np.float32))
    assert memory.photos == before + 1 and memory.to_bytes()


@often
@given(st.lists(st.tuples(st.integers(0, len(MEMORY) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_spoilt_memory_is_a_memory(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(MEMORY)
    for place, value in changes:
        spoilt[place] = value
    works(TagMemory.from_bytes(bytes(spoilt), "m", 8))


@often
@given(st.binary(max_size=100))
def test_any_bytes_are_a_memory(data: bytes) -> None:
    works(TagMemory.from_bytes(data, "m", 8))


def parts() -> dict[str, Any]:
    with np.load(io.BytesIO(MEMORY)) as file:
        return dict(file)


ARRAYS = ("mean", "vectors", "scales", "variances", "counts")
FACTS = json.loads(parts()["facts"].tobytes())


@often
@given(
    st.dictionaries(st.sampled_from(ARRAYS), st.sampled_from([0.0, -1.0, math.nan, math.inf, 1e300]), max_size=2),
    st.dictionaries(st.sampled_from(ARRAYS), st.sampled_from([(0,), (8,), (3,), (5, 8), (9, 9)]), max_size=2),
    st.dictionaries(st.sampled_from(sorted(FACTS)), JSON, max_size=2),
    st.none() | st.lists(st.sampled_from(["", "cat", "@ada", "\udc00"]), min_size=5, max_size=5),
)
def test_a_memory_whose_parts_do_not_fit_is_empty(
    numbers: dict[str, float], shapes: dict[str, tuple[int, ...]], facts: dict[str, Any], names: list[str] | None
) -> None:
    """A file that is sound as such; only what it says is not."""
    told = parts()
    for name, value in numbers.items():
        told[name] = np.full(told[name].shape, value)
    for name, shape in shapes.items():
        told[name] = np.resize(told[name], shape)
    said = {**FACTS, **facts, **({"names": names} if names else {})}
    told["facts"] = np.frombuffer(json.dumps(said).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, **told)
    works(TagMemory.from_bytes(buffer.getvalue(), "m", 8))
