"""The models that ship: from the published weights to `model.tflite` and `model.json`."""

from __future__ import annotations

import json
from pathlib import Path

from .assets import LITE0_WEIGHTS
from .lite0 import CLASS_COUNT, EMBEDDING_SIZE, IMAGE_SIZE, network_from
from .stamps import Stamp, digest, write_atomically
from .torch_weights import read_state_dict

LITE0 = "efficientnet_lite0"
LITE0_TITLE = "EfficientNet-Lite0 (int8)"
# The divisor in CLEAR's eq. (1) and in the Gaussian kernel, fitted to this model's embeddings.
LITE0_SCORE_SCALE = 40.0

_HERE = Path(__file__).parent
CLASSES_FILE = _HERE / "imagenet_classes.txt"
RANGES_FILE = _HERE / "lite0_ranges.json"
_CODE = ("models", "torch_weights", "lite0", "quantization", "lite0_tflite", "tflite_writer")


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


def build_lite0(weights: Path, folder: Path, requirements: Path, stamps: Path) -> None:
    """Write `model.tflite` and `model.json` into `folder`, unless they are there and nothing has changed."""
    code = [_HERE / f"{name}.py" for name in _CODE]
    key = digest(LITE0_WEIGHTS.sha256, CLASSES_FILE, RANGES_FILE, requirements, *code)
    stamp = Stamp(stamps / LITE0, key)
    model, description = folder / "model.tflite", folder / "model.json"
    if stamp.is_current(model, description):
        return
    stamp.clear()
    write_atomically(model, convert_lite0(weights))
    facts = {
        "name": LITE0,
        "title": LITE0_TITLE,
        "input": [1, IMAGE_SIZE, IMAGE_SIZE, 3],
        "embedding": EMBEDDING_SIZE,
        "score_scale": LITE0_SCORE_SCALE,
        "classes": class_names(),
    }
    write_atomically(description, (json.dumps(facts, indent=1) + "\n").encode())
    stamp.set()
