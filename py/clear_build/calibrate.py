"""How large the numbers inside EfficientNet-Lite0 get: `python -m clear_build.calibrate PHOTO_FOLDER`.

Runs the float32 network over about 100 photos and writes lite0_ranges.json, which is committed, so that the build
needs no photos.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image

from .assets import LITE0_WEIGHTS, fetch
from .lite0 import EMBEDDING, IMAGE_SIZE, LOGITS, Network, activation_names, network_from
from .lite0_tflite import float_model
from .models import RANGES_FILE
from .torch_weights import read_state_dict

PHOTO_COUNT = 100
CROP = 0.875
# Percentiles over the photos of each photo's smallest and largest value. Inside the network a finer step is worth
# more than the last outlier; the outputs keep (nearly) all of their range. Measured: see quantization.py.
INNER_PERCENTILES, EMBEDDING_PERCENTILES, LOGITS_PERCENTILES = (10, 90), (1, 99), (0, 100)


def read_photo(file: Path | BinaryIO) -> NDArray[np.uint8]:
    """uint8 [1, 176, 176, 3]: the central 87.5 % of the shorter side, bicubic, as in the published evaluation."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    side = int(min(picture.size) * CROP)
    left, top = ((length - side) // 2 for length in picture.size)
    box = (left, top, left + side, top + side)
    small = picture.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BICUBIC, box=box)
    return np.asarray(small, np.uint8)[None]


def measure_ranges(network: Network, photos: Iterable[NDArray[np.uint8]]) -> dict[str, tuple[float, float]]:
    """For each inner tensor the range that int8 should cover, four decimals."""
    interpreter = Interpreter(model_content=float_model(network), experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    indices = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details()}
    extremes: dict[str, list[tuple[float, float]]] = {name: [] for name in activation_names(network)}
    for photo in photos:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], photo)
        interpreter.invoke()
        for name, seen in extremes.items():
            values: NDArray[Any] = interpreter.get_tensor(indices[name])
            seen.append((float(values.min()), float(values.max())))
    special = {EMBEDDING: EMBEDDING_PERCENTILES, LOGITS: LOGITS_PERCENTILES}
    return {name: _range(seen, special.get(name, INNER_PERCENTILES)) for name, seen in extremes.items()}


def _range(seen: Sequence[tuple[float, float]], percentiles: tuple[int, int]) -> tuple[float, float]:
    lows, highs = zip(*seen, strict=True)
    low, high = np.percentile(lows, percentiles[0]), np.percentile(highs, percentiles[1])
    return round(float(low), 4), round(float(high), 4)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m clear_build.calibrate", description=__doc__)
    parser.add_argument("photos", type=Path, metavar="PHOTO_FOLDER", help="a folder with at least 100 JPEG files")
    folder = parser.parse_args(arguments).photos
    files = sorted(folder.glob("*.jpg"))
    if len(files) < PHOTO_COUNT:
        parser.error(f"{folder} holds {len(files)} JPEG files, and {PHOTO_COUNT} are needed.")
    chosen = files[:: len(files) // PHOTO_COUNT][:PHOTO_COUNT]
    network = network_from(read_state_dict(fetch(LITE0_WEIGHTS)))
    ranges = measure_ranges(network, map(read_photo, chosen))
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(pair)}" for name, pair in ranges.items())
    RANGES_FILE.write_text(f"{{\n{lines}\n}}\n")
    print(f"{RANGES_FILE}: {len(ranges)} ranges from {len(chosen)} photos")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
