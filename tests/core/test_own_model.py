"""What a network of the user's own must be like, and what is said when it is not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from clear_core.errors import ModelError
from clear_core.features import Features, Model, Wiring
from clear_core.own_model import TensorFacts, described, trial_pictures, wire
from clear_core.strategies import TagMemory

PICTURE = TensorFacts((1, 224, 224, 3), "float32")
BYTES = TensorFacts((1, 224, 224, 3), "uint8")
VECTOR = TensorFacts((1, 512), "float32")


def numbers(*shape: int) -> TensorFacts:
    return TensorFacts(shape, "float32")


@pytest.mark.parametrize(
    ("outputs", "wiring", "size"),
    [
        ([VECTOR], Wiring(pixels="0..1", embedding=0, logits=None), 512),
        ([numbers(1, 1000), VECTOR], Wiring(pixels="0..1", embedding=1, logits=0), 512),
        ([VECTOR, numbers(1, 1001)], Wiring(pixels="0..1", embedding=0, logits=1, class_offset=1), 512),
        ([numbers(1, 7, 7, 320), numbers(1, 1, 1, 1001)], Wiring(pixels="0..1", logits=1, class_offset=1), 15_680),
        ([numbers(1, 1000)], Wiring(pixels="0..1", embedding=0, logits=0), 1000),  # a classifier, and no more
        ([TensorFacts((1, 9), "int32"), VECTOR], Wiring(pixels="0..1", embedding=1, logits=None), 512),
    ],
)
def test_outputs_are_told_apart(outputs: list[TensorFacts], wiring: Wiring, size: int) -> None:
    assert wire([PICTURE], outputs, "0..1") == (wiring, size)


def test_a_network_of_bytes_takes_bytes_whatever_was_chosen() -> None:
    assert wire([BYTES], [VECTOR], "0..1")[0].pixels == "uint8"
    assert wire([PICTURE], [VECTOR], "uint8")[0].pixels == "-1..1"


def test_a_network_takes_pictures_of_its_own_size() -> None:
    assert wire([numbers(1, 299, 299, 3)], [VECTOR], "0..1")[0].side == 299


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([PICTURE, PICTURE], "[1, 224, 224, 3]; float32"),
        ([], "must take one square RGB picture, 32 to 640 pixels wide"),
        ([numbers(1, 3, 224, 224)], "float32 [1, 3, 224, 224]"),
        ([numbers(1, 300, 200, 3)], "300"),
        ([numbers(1, 16, 16, 3)], "16"),
        ([numbers(1, 224, 224)], "224]"),
        ([TensorFacts((1, 224, 224, 3), "int8")], "int8"),
    ],
)
def test_other_inputs_are_refused(inputs: list[TensorFacts], words: str) -> None:
    with pytest.raises(ModelError, match="This network takes") as refused:
        wire(inputs, [VECTOR], "0..1")
    assert words in str(refused.value)


@pytest.mark.parametrize("outputs", [[], [TensorFacts((1, 512), "uint8")], [numbers(1, 1)], [numbers(1, 99_999_999)]])
def test_other_outputs_are_refused(outputs: list[TensorFacts]) -> None:
    with pytest.raises(ModelError, match="must give a float32 vector"):
        wire([PICTURE], outputs, "0..1")


def features(embedding: np.ndarray) -> Features:
    return Features(embedding.astype(np.float32), np.zeros((len(embedding), 1000), np.float32))


@pytest.mark.parametrize("embedding", [np.ones((4, 9)), np.full((4, 9), np.nan), np.full((4, 9), np.inf)])
def test_a_network_that_tells_nothing_apart_is_refused(embedding: np.ndarray) -> None:
    with pytest.raises(ModelError, match="for different pictures"):
        described("own-1", "own.tflite", Wiring(), ["a"], features(embedding))


def test_eq_1_neither_overflows_nor_vanishes_whatever_the_size_of_the_numbers() -> None:
    for size in (1e-3, 1.0, 1e3):
        embedding = size * np.random.default_rng(0).normal(size=(4, 64))
        model = described("own-1", "own.tflite", Wiring(), ["a"], features(embedding))
        exponents = (embedding**2).sum(axis=1) / model.score_scale
        assert 3 < exponents.min() <= exponents.max() < 15


def test_the_description_survives_being_written() -> None:
    wiring = Wiring(pixels="0..255", embedding=1, logits=None)
    model = described("own-1", "mine.tflite", wiring, ["a", "b"], features(np.eye(4)))
    assert Model.from_json(model.to_json()) == model
    spoilt = json.loads(model.to_json())
    spoilt["wiring"]["pixels"] = "0..2"
    with pytest.raises(ValueError, match="pixels"):
        Model.from_json(json.dumps(spoilt))
    for side in (0, 31, 641, 10**9, 224.0, "224", None):
        with pytest.raises(ValueError, match="side"):
            Model.from_json(json.dumps({**spoilt, "wiring": {"side": side}}))
    del spoilt["wiring"]
    assert Model.from_json(json.dumps({**spoilt, "wiring": {}})).wiring.side == 224  # as all were once


def test_the_trial_pictures_differ() -> None:
    pictures = trial_pictures(224)
    assert pictures.shape == (4, 224, 224, 3) and pictures.dtype == np.uint8
    means = pictures.reshape(4, 8, 28, 8, 28, 3).mean(axis=(2, 4)).reshape(4, -1)
    assert np.ptp(means, axis=0).max() > 50


def test_embeddings_that_are_too_wide_teach_no_memory() -> None:
    wide = Model("clear", "CLEAR's layer", 15_680, 1000.0, ("a",))
    assert TagMemory.for_model(b"", wide) is None
    assert TagMemory.for_model(b"", Model("small", "Small", 1280, 40.0, ("a",))) is not None
