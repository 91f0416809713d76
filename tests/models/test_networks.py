"""Every network that can be searched with keeps the one contract: the build's, MobileNetV2, the user's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clear_build.assets import MOBILENET_V2
from clear_build.build import ROOT, build
from clear_build.models import LITE0, MOBILENET_V2_NAMES, build_mobilenet_v2
from clear_core.cli import MODEL
from clear_core.errors import ModelError
from clear_core.features import best_classes
from clear_core.native import LiteRtExtractor, OwnExtractor
from clear_core.own_model import trial_pictures
from clear_core.pixels import decode
from clear_core.scores import Pictures, shipped
from tests.models.own import mean_colours
from tests.standin import offline_library
from tests.standin.images import picture

PUBLISHED = ROOT.parent / "shared" / "models" / MOBILENET_V2.name
SIDES = {"own, larger": 320, "own, smaller": 96}
NETWORKS = (LITE0, *MOBILENET_V2_NAMES, "own, with scores", "own, without", *SIDES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build()
    folder = tmp_path_factory.mktemp("models")
    if PUBLISHED.is_file():
        build_mobilenet_v2(PUBLISHED, folder, ROOT / "requirements.lock", folder / "stamps")
    return folder


@pytest.fixture(scope="module", params=NETWORKS)
def extractor(request: pytest.FixtureRequest, folder: Path) -> LiteRtExtractor | OwnExtractor:
    name = str(request.param)
    if name.startswith("own"):
        file = folder / f"{name}.tflite"
        with_scores, side = mean_colours(logits=1001), SIDES.get(name, 224)
        file.write_bytes(with_scores if name == "own, with scores" else mean_colours(bytes_in=True, side=side))
        return OwnExtractor(file, MODEL, "0..1")
    if name in MOBILENET_V2_NAMES:
        if not PUBLISHED.is_file():
            pytest.skip("the published MobileNetV2 is not beside this clone")
        return LiteRtExtractor(folder / name)
    return LiteRtExtractor(MODEL)


@pytest.fixture(scope="module")
def pictures(extractor: LiteRtExtractor | OwnExtractor) -> dict[str, NDArray[np.uint8]]:
    wanted = {"tiger", "koala", "zebra", "gorilla", "magpie", "strawberry"}
    photos = [photo for photo in offline_library() if photo.path.stem in wanted]
    return {photo.path.stem: decode(picture(photo), extractor.model.wiring.side) for photo in photos}


def test_features_are_those_of_the_model(
    extractor: LiteRtExtractor | OwnExtractor, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    features = extractor.extract_now(np.stack(list(pictures.values())))
    model = extractor.model
    assert features.embedding.shape == (len(pictures), model.embedding) and features.embedding.dtype == np.float32
    assert features.logits.shape == (len(pictures), 1000) and features.logits.dtype == np.float32
    assert len(model.classes) == 1000


def test_a_picture_is_most_like_itself(
    extractor: LiteRtExtractor | OwnExtractor, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    """By the Gaussian kernel; and eq. (1) gives numbers that can be told apart."""
    features = extractor.extract_now(np.stack(list(pictures.values())))
    for place in range(len(pictures)):
        one = type(features)(features.embedding[place : place + 1], features.logits[place : place + 1])
        both = Pictures.of(features, extractor.model), Pictures.of(one, extractor.model)
        gaussian = shipped("gaussian").score(*both)
        assert gaussian.argmax() == place and gaussian[place] == pytest.approx(1)
        exponential = shipped("exponential").score(*both)
        assert np.isfinite(exponential).all() and len(set(exponential.tolist())) == len(pictures)


def test_classes_stand_where_their_names_do(
    extractor: LiteRtExtractor | OwnExtractor, pictures: dict[str, NDArray[np.uint8]]
) -> None:
    """Off by one (the "background" of TensorFlow's networks), a tiger would be a lion."""
    for name, pixels in pictures.items():
        best = [guess.name for guess in best_classes(extractor.extract_now(pixels[np.newaxis]), extractor.model, 3)]
        if extractor.model.title == "own, with scores.tflite":
            assert best[0] == "toilet tissue"  # it says that of everything: the last of 1,001
        else:
            assert name in best, best


@pytest.mark.parametrize("pixels", ["0..1", "-1..1", "0..255"])
def test_pixel_values_come_in_the_range_that_was_chosen(folder: Path, pixels: str) -> None:
    (folder / "colours.tflite").write_bytes(mean_colours())
    own = OwnExtractor(folder / "colours.tflite", MODEL, pixels)  # type: ignore[arg-type]
    white = own.extract_now(np.full((1, 224, 224, 3), 255, np.uint8)).embedding
    black = own.extract_now(np.zeros((1, 224, 224, 3), np.uint8)).embedding
    low, high = (float(end) for end in pixels.split(".."))
    np.testing.assert_allclose(white, high, rtol=1e-5)
    np.testing.assert_allclose(black, low, atol=1e-5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a network", "no .tflite network"),
        (mean_colours()[:300], "no .tflite network"),
        (mean_colours(side=16), "16"),
        (mean_colours(constant=True), "for different pictures"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(folder: Path, content: bytes, words: str) -> None:
    (folder / "bad.tflite").write_bytes(content)
    with pytest.raises(ModelError) as refused:
        OwnExtractor(folder / "bad.tflite", MODEL)
    assert words in str(refused.value)


def test_trial_pictures_are_told_apart_by_the_default_network() -> None:
    extractor = LiteRtExtractor(MODEL)
    embedding = extractor.extract_now(trial_pictures(extractor.model.wiring.side)).embedding
    assert np.ptp(embedding, axis=0).max() > 1
