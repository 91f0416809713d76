"""The model that ships sees what the published network sees."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from clear_build.assets import LITE0_WEIGHTS, fetch
from clear_build.build import Places
from clear_build.calibrate import read_photo
from clear_build.lite0 import network_from
from clear_build.lite0_tflite import float_model
from clear_build.models import LITE0, convert_lite0
from clear_build.torch_weights import MAGIC, PROTOCOL, read_state_dict
from tests.standin import offline_library
from tests.standin.images import picture

from .conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "images"
Outputs = tuple[NDArray[np.float32], NDArray[np.float32]]


class Model:
    """A .tflite file that can be run natively, with the runtime whose web edition the extension uses."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=2)
        self._interpreter.allocate_tensors()
        self.input: dict[str, Any] = self._interpreter.get_input_details()[0]
        self.outputs: list[dict[str, Any]] = self._interpreter.get_output_details()

    def __call__(self, pixels: NDArray[np.uint8]) -> Outputs:
        self._interpreter.set_tensor(self.input["index"], pixels)
        self._interpreter.invoke()
        embedding, logits = (self._interpreter.get_tensor(output["index"])[0] for output in self.outputs)
        return embedding.copy(), logits.copy()


@pytest.fixture(scope="module")
def weights() -> Path:
    return fetch(LITE0_WEIGHTS)


@pytest.fixture(scope="module")
def shipped(places: Places) -> Model:
    return Model((places.vendor / "models" / LITE0 / "model.tflite").read_bytes())


@pytest.fixture(scope="module")
def reference(weights: Path) -> Model:
    return Model(float_model(network_from(read_state_dict(weights))))


def library_pixels() -> list[NDArray[np.uint8]]:
    return [read_photo(io.BytesIO(picture(photo))) for photo in offline_library()[::2]]


def corpus_pixels() -> list[NDArray[np.uint8]]:
    if not CORPUS.is_dir():
        pytest.skip("no corpus beside this clone")
    # The calibration took every hundredth photo from the first on.
    return [read_photo(path) for path in sorted(CORPUS.glob("*.jpg"))[50::40]]


@pytest.mark.parametrize("photos", [library_pixels, corpus_pixels], ids=["library", "corpus"])
def test_int8_agrees_with_float32_on_real_photos(photos: Any, shipped: Model, reference: Model) -> None:
    cosines, same_class, in_best_five = [], [], []
    for pixels in photos():
        (embedding, logits), (exact, exact_logits) = shipped(pixels), reference(pixels)
        cosines.append(float(embedding @ exact / np.linalg.norm(embedding) / np.linalg.norm(exact)))
        same_class.append(bool(logits.argmax() == exact_logits.argmax()))
        in_best_five.append(bool(exact_logits.argmax() in np.argsort(-logits)[:5]))
    print(f"{len(cosines)} photos: cosine {np.mean(cosines):.4f} (least {min(cosines):.4f}), ", end="")
    print(f"same first class {np.mean(same_class):.3f}, among the best five {np.mean(in_best_five):.3f}")
    assert len(cosines) >= 100
    assert np.mean(cosines) >= 0.99 and min(cosines) >= 0.93
    assert np.mean(same_class) >= 0.90
    assert np.mean(in_best_five) >= 0.995


def test_the_float32_network_knows_what_is_in_the_photos(reference: Model, places: Places) -> None:
    """Against a mistake that both networks would share, such as weights read in the wrong order."""
    classes = json.loads((places.vendor / "models" / LITE0 / "model.json").read_text())["classes"]
    titles = {f"A {name}.": name for name in ("magpie", "toucan", "gorilla", "bison", "tiger", "koala", "strawberry")}
    seen = {
        titles[photo.title]: classes[int(reference(read_photo(io.BytesIO(picture(photo))))[1].argmax())]
        for photo in offline_library()
        if photo.title in titles
    }
    assert len(seen) >= 6 and all(name == found for name, found in seen.items())


def test_what_photos_have_in_common_counts_little_and_the_network_is_not_too_sure(shipped: Model) -> None:
    """Without `_comparable` the cosine is 0.22; without `_cooled` the best class has 0.55 (at 224 pixels 0.45)."""
    embeddings, logits = (np.array(outputs) for outputs in zip(*map(shipped, library_pixels()), strict=True))
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = (units @ units.T)[~np.eye(len(units), dtype=bool)]
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    surest = 1 / weights.sum(axis=1)
    print(f"{len(units)} photos: cosine of two {cosines.mean():.3f}, the best class {surest.mean():.3f}")
    assert cosines.mean() < 0.15
    assert 0.4 < surest.mean() < 0.5


def test_the_model_takes_rgb_bytes_and_gives_embedding_and_logits(shipped: Model) -> None:
    assert (list(shipped.input["shape"]), shipped.input["dtype"]) == ([1, 176, 176, 3], np.uint8)
    assert [list(output["shape"]) for output in shipped.outputs] == [[1, 1280], [1, 1000]]
    assert all(output["dtype"] == np.float32 for output in shipped.outputs)


def test_same_weights_same_bytes(weights: Path, places: Places) -> None:
    shipped = (places.vendor / "models" / LITE0 / "model.tflite").read_bytes()
    assert convert_lite0(weights) == shipped


def test_the_class_names_are_in_the_order_of_the_logits(places: Places) -> None:
    classes = json.loads((places.vendor / "models" / LITE0 / "model.json").read_text())["classes"]
    assert len(classes) == 1000 and not any("," in name for name in classes)
    assert (classes[0], classes[281], classes[954], classes[999]) == ("tench", "tabby", "banana", "toilet tissue")


def test_a_truncated_checkpoint_is_refused(weights: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pth"
    cut.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="truncated"):
        read_state_dict(cut)


def test_a_checkpoint_cannot_run_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return print, ("gotcha",)

    evil = tmp_path / "evil.pth"
    evil.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in (MAGIC, PROTOCOL, {}, Evil())))
    with pytest.raises(pickle.UnpicklingError, match="no part of a state dict"):
        read_state_dict(evil)
