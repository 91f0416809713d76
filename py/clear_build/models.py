"""The models that ship: from the published weights to `model.tflite` and `model.json`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clear_core.features import Model, Wiring

from .assets import LITE0_WEIGHTS, MOBILENET_V2
from .lite0 import CLASS_COUNT, EMBEDDING_SIZE, IMAGE_SIZE, network_from
from .stamps import Stamp, digest, write_atomically
from .torch_weights import read_state_dict

LITE0 = "efficientnet_lite0_176"
LITE0_TITLE = "EfficientNet-Lite0 (int8)"
# The divisor in CLEAR's eq. (1) and in the Gaussian kernel, fitted to this model's embeddings.
LITE0_SCORE_SCALE = 34.0

MOBILENET_V2_NAMES = ("mobilenet_v2", "mobilenet_v2_pool")
# Spreads the exponents of eq. (1) over photos as far as Lite0's 34 does.
MOBILENET_V2_POOL_SCORE_SCALE = 125.0

_HERE = Path(__file__).parent
CLASSES_FILE = _HERE / "imagenet_classes.txt"
RANGES_FILE = _HERE / "lite0_ranges.json"
_CODE = {
    "lite0": ("torch_weights", "lite0", "quantization", "lite0_tflite", "tflite_writer"),
    "mobilenet_v2": ("mobilenet_v2",),
}


def class_names() -> list[str]:
    """The first synonym of each of the 1000 ImageNet classes, in the order of the logits (sorted WordNet ids)."""
    names = [line.split(",")[0].strip() for line in CLASSES_FILE.read_text(encoding="utf-8").splitlines()]
    assert len(names) == CLASS_COUNT and all(names)
    return names


def convert_lite0(weights: Path) -> bytes:
    """The int8 model as the bytes of a .tflite file; same weights, same bytes."""
    from .lite0_tflite import int8_model  # needs the packages of .venv

    ranges = json.loads(RANGES_FILE.read_text())
    return int8_model(network_from(read_state_dict(weights)), ranges)


def build_lite0(weights: Path, models: Path, requirements: Path, stamps: Path) -> None:
    """Write the default network into its folder below `models`, unless it is there and nothing has changed."""
    key = digest(LITE0_WEIGHTS.sha256, CLASSES_FILE, RANGES_FILE, requirements, *_sources("lite0"))
    folder = models / LITE0
    stamp = Stamp(stamps / LITE0, key)
    if stamp.is_current(folder / "model.tflite", folder / "model.json"):
        return
    stamp.clear()
    write_atomically(folder / "model.tflite", convert_lite0(weights))
    _describe(folder, LITE0_TITLE, EMBEDDING_SIZE, LITE0_SCORE_SCALE, {"embedding": 0, "logits": 1, "side": IMAGE_SIZE})
    stamp.set()


def build_mobilenet_v2(published: Path, models: Path, requirements: Path, stamps: Path) -> None:
    """The same for MobileNetV2: one file, and a folder for each of its layers that photos can be compared by."""
    from .mobilenet_v2 import with_outputs  # needs the packages of .venv

    file = models / MOBILENET_V2_NAMES[0] / "model.tflite"
    descriptions = [models / name / "model.json" for name in MOBILENET_V2_NAMES]
    stamp = Stamp(stamps / "mobilenet_v2", digest(MOBILENET_V2.sha256, requirements, *_sources("mobilenet_v2")))
    if stamp.is_current(file, *descriptions):
        return
    stamp.clear()
    write_atomically(file, with_outputs(published.read_bytes()))
    shared: dict[str, Any] = {"logits": 2, "class_offset": 1}
    clear, pooled = (models / name for name in MOBILENET_V2_NAMES)
    _describe(clear, "MobileNetV2, 7 × 7 × 320 as in CLEAR (int8)", 7 * 7 * 320, 1000.0, {"embedding": 0, **shared})
    _describe(
        pooled,
        "MobileNetV2, pooled (int8)",
        1280,
        MOBILENET_V2_POOL_SCORE_SCALE,
        {"file": f"../{clear.name}/model.tflite", "embedding": 1, **shared},
    )
    stamp.set()


def list_models(models: Path, names: Sequence[str]) -> None:
    """Keep these networks, the default first, and no others; `models.json` tells the settings page of them."""
    for folder in models.iterdir() if models.is_dir() else ():
        if folder.is_dir() and folder.name not in names:
            shutil.rmtree(folder)
    titles = [json.loads((models / name / "model.json").read_text(encoding="utf-8"))["title"] for name in names]
    listed = [{"name": name, "title": title} for name, title in zip(names, titles, strict=True)]
    write_atomically(models / "models.json", (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode())


def _describe(folder: Path, title: str, embedding: int, score_scale: float, wiring: Mapping[str, Any]) -> None:
    """Write `model.json`, which clear_core.features.Model reads."""
    model = Model(folder.name, title, embedding, score_scale, tuple(class_names()), Wiring.from_dict(wiring))
    write_atomically(folder / "model.json", model.to_json().encode())


def _sources(name: str) -> list[Path]:
    return [_HERE / f"{module}.py" for module in ("models", *_CODE[name])] + [_HERE.parent / "clear_core/features.py"]
