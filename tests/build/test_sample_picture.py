"""The picture on the welcome page: as its script paints it, small, and plain to the network."""

from __future__ import annotations

import numpy as np
from PIL import Image

from clear_build.build import Places
from clear_build.models import LITE0
from clear_build.sample_picture import TARGET, paint
from clear_core.features import best_classes
from clear_core.native import LiteRtExtractor
from clear_core.pixels import decode


def test_it_is_what_the_script_paints() -> None:
    assert TARGET.stat().st_size <= 150_000
    with Image.open(TARGET) as kept:
        difference = np.abs(np.asarray(kept.convert("RGB"), float) - np.asarray(paint(), float))
    assert difference.mean() < 3  # JPEG


def test_the_network_knows_at_a_glance_what_it_is(places: Places) -> None:
    extractor = LiteRtExtractor(places.vendor / "models" / LITE0)
    pixels = decode(TARGET.read_bytes(), extractor.model.wiring.side)
    seen = best_classes(extractor.extract_now(pixels[np.newaxis]), extractor.model, 2)
    assert seen[0].name == "balloon"
    assert seen[0].probability > 0.5 > 10 * seen[1].probability
