"""The core inside Pyodide, from the bundle that the extension ships: the same tests, the same results."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from clear_build.assets import fetch
from clear_core.pixels import FORMATS
from tests.core.pictures import encoded, halves, png_header, texture
from tests.malformed.decode_many import EACH
from tests.malformed.test_malformed_pictures import PILLOW_SOURCES
from tests.pyodide.facts import facts

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY.parent / "shared" / "corpus" / "images"


def node(*arguments: str) -> str:
    """Output of tests/pyodide/run.mjs; fails with what it said."""
    script = Path(__file__).with_name("run.mjs")
    site = sysconfig.get_paths()["purelib"]
    run = subprocess.run(
        ["node", str(script), str(REPOSITORY), site, *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "HYPOTHESIS_NO_PLUGINS": "1"},
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-3000:]
    return run.stdout


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Files of every format and kind, sound and broken; and real photos where the corpus is present."""
    image = texture(5, (500, 375))
    for quality in (40, 75, 95):
        (tmp_path / f"{quality}.jpg").write_bytes(encoded(image, "JPEG", quality=quality))
    (tmp_path / "large.jpg").write_bytes(encoded(texture(6, (4000, 3000)), "JPEG"))  # decoded at a fraction
    (tmp_path / "progressive.jpg").write_bytes(encoded(image, "JPEG", progressive=True))
    (tmp_path / "cmyk.jpg").write_bytes(encoded(image.convert("CMYK"), "JPEG"))
    (tmp_path / "grey.jpg").write_bytes(encoded(image.convert("L"), "JPEG"))
    (tmp_path / "true.png").write_bytes(encoded(image, "PNG"))
    (tmp_path / "palette.png").write_bytes(encoded(image.convert("P"), "PNG", transparency=3))
    (tmp_path / "alpha.png").write_bytes(encoded(halves((9, 90, 200, 255), (0, 0, 0, 0), "RGBA"), "PNG"))
    (tmp_path / "still.gif").write_bytes(encoded(image, "GIF"))
    (tmp_path / "lossy.webp").write_bytes(encoded(image, "WEBP", quality=80))
    (tmp_path / "plain.bmp").write_bytes(encoded(image, "BMP"))
    (tmp_path / "scan.tif").write_bytes(encoded(image, "TIFF"))
    (tmp_path / "bomb.png").write_bytes(png_header(20_000, 20_000))
    (tmp_path / "half.jpg").write_bytes(encoded(image, "JPEG")[:9000])
    (tmp_path / "page.html").write_bytes(b"<!doctype html><p>gone</p>")
    for photo in sorted(CORPUS.glob("*.jpg"))[::250]:
        (tmp_path / photo.name).write_bytes(photo.read_bytes())
    return tmp_path


def test_the_same_results_to_the_bit(pictures: Path) -> None:
    here, there = facts(pictures), json.loads(node("facts", str(pictures)))
    assert there["pixels"] == here["pixels"]
    for name, values in here["scores"].items():
        np.testing.assert_allclose(there["scores"][name], values, rtol=1e-5, atol=1e-6)  # a cosine may be 0
    assert [key for key, _ in there["search"]] == [key for key, _ in here["search"]]
    np.testing.assert_allclose([s for _, s in there["search"]], [s for _, s in here["search"]], rtol=1e-5)


def test_damaged_files_and_bombs_against_the_pillow_that_ships() -> None:
    """None ends Python, and no bomb takes memory: that never becomes less again."""
    lines = node("malformed", str(fetch(PILLOW_SOURCES))).splitlines()
    bombs, malformed, memory = (json.loads(line) for line in lines if line.startswith("{"))
    print(f"Pillow 10.2 in Pyodide: {malformed}, {memory}")
    assert bombs["came_of_it"].keys() == {"picture_too_large", "picture_unreadable"}
    assert memory["bombs"] < 300e6 and memory["all"] < 600e6
    assert malformed["fuzzed"]["tried"] == {kind: EACH for kind in FORMATS}
    assert malformed["fuzzed"]["came_of_it"]["picture_unreadable"] > 100
    assert malformed["fuzzed"]["came_of_it"]["decoded"] > 100
    assert sum(malformed["archive"]["tried"].values()) > 800


def test_the_same_tests_pass_in_pyodide() -> None:
    output = node("tests", "tests/core", "tests/services")
    assert " passed" in output
    assert "failed" not in output and "error" not in output.lower().split("passed")[-1]
