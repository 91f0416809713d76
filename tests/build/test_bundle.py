"""What is packed boots, decodes pictures, names files in tracebacks, and comes out the same every time."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clear_build.assets import NUMPY, PILLOW, fetch
from clear_build.build import Places, mirror
from clear_build.bundle import Compiler, build_bundle, core_sources, read_zip
from clear_build.console import BuildError
from clear_build.vendor import COPIES
from clear_core.pixels import FORMATS
from clear_core.scores import SHIPPED

NODE = Path(shutil.which("node") or "node")
HERE = Path(__file__).parent


def probe(how: str, vendor: Path) -> dict[str, Any]:
    """What {how}_probe.py, run in the Pyodide of a vendor folder under Node, says; ``how`` it starts: boot or start."""
    command = [NODE, HERE / "probe.mjs", how, vendor, HERE / f"{how}_probe.py"]
    node = subprocess.run(command, capture_output=True, text=True, check=False)
    assert node.returncode == 0, node.stderr[-2000:]
    return dict(json.loads(node.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def booted(places: Places) -> dict[str, Any]:
    return probe("boot", places.unpacked / "vendor")


def test_the_bundle_boots_with_the_versions_it_should_have(booted: dict[str, Any]) -> None:
    assert booted["versions"] == {"python": "3.12.7", "numpy": "2.0.2", "pillow": "10.2.0"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "ICO", "progressive"])
def test_it_decodes(booted: dict[str, Any], kind: str) -> None:
    assert booted["decoded"][kind] == [48, 32]


def test_it_draws_random_numbers_as_native_numpy_does(booted: dict[str, Any]) -> None:
    import numpy as np

    assert booted["random"] == np.random.default_rng(7).integers(1_000_000, size=5).tolist()


def test_a_traceback_names_the_file_and_line(booted: dict[str, Any]) -> None:
    assert 'File "PIL/Image.py", line ' in booted["traceback"]


def test_every_module_of_the_core_can_be_imported(booted: dict[str, Any]) -> None:
    assert booted["not_importable"] == {}


def test_only_compiled_python_is_shipped_and_the_scores_as_texts(places: Places) -> None:
    for archive in ("stdlib.zip", "packages.zip"):
        texts = [name for name in read_zip(places.vendor / "python" / archive) if name.endswith(".py")]
        assert {Path(name).parent.as_posix() for name in texts} <= {"clear_core/scores/shipped"}


def test_the_bundle_is_reproducible_to_the_byte(places: Places, tmp_path: Path) -> None:
    pyodide = places.root / "node_modules" / "pyodide"
    build_bundle(
        Compiler(NODE, pyodide, tmp_path / "cache"),
        pyodide / "python_stdlib.zip",
        [fetch(NUMPY), fetch(PILLOW)],
        places.root / "py" / "clear_core",
        tmp_path / "again",
    )
    first, second = (hashes(folder) for folder in (places.vendor / "python", tmp_path / "again"))
    assert {"stdlib.zip", "packages.zip", "snapshot.bin", "snapshot.json"} < set(first)
    assert first == second


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its name in the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_snapshot_does_without_the_files_and_every_start_draws_other_numbers(places: Places) -> None:
    first, second = (probe("start", places.unpacked / "vendor") for _ in range(2))
    assert first["files"] == []
    assert first["decoded"] == {kind: [176, 176, 3] for kind in FORMATS}
    assert first["scored"] == list(SHIPPED)
    assert first["number"] != second["number"]
    assert first["loop"] == "ReadyLoop"
    assert first["forgotten"]
    assert first["ran"] == [number for number in range(251) if number != 7]


def test_a_snapshot_that_is_none_is_not_taken(places: Places, tmp_path: Path) -> None:
    for folder in ("python", "pyodide"):
        shutil.copytree(places.unpacked / "vendor" / folder, tmp_path / folder)
    path = tmp_path / "python" / "snapshot.bin"
    path.write_bytes(bytes(64) + path.read_bytes()[64:])
    with pytest.raises(AssertionError, match="Snapshot has invalid magic number"):
        probe("start", tmp_path)


def test_source_that_does_not_compile_is_named(places: Places, tmp_path: Path) -> None:
    compiler = Compiler(NODE, places.root / "node_modules" / "pyodide", tmp_path)
    with pytest.raises(BuildError, match=r"clear_core/broken\.py") as stopped:
        compiler.compile("clear_core", {"clear_core/broken.py": b"def oops(:\n"})
    assert str(stopped.value).startswith("clear_core could not be compiled.")


def test_what_only_runs_natively_stays_at_home(tmp_path: Path) -> None:
    package = tmp_path / "clear_core"
    for name in ("search.py", "cli.py", "native.py", "evaluation/metrics.py", "services/flickr.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("")
    assert set(core_sources(package)) == {"clear_core/search.py", "clear_core/services/flickr.py"}


def test_third_party_files_ship_unmodified(places: Places) -> None:
    for target, source in COPIES.items():
        shipped = (places.unpacked / "vendor" / target).read_bytes()
        assert shipped == (places.root / "node_modules" / source).read_bytes(), target


def test_everything_foreign_comes_with_its_licence(places: Places) -> None:
    texts = {path.stem: path.read_text() for path in (places.unpacked / "vendor/LICENSES").iterdir()}
    for name in ("pyodide 0.27.7", "@litertjs/core 2.5.3", "comlink", "htm", "preact", "idb-keyval", "numpy 2.0.2"):
        assert name in texts["README"]
    assert "Mozilla Public License" in texts["MPL-2.0"] and "NumPy Developers" in texts["numpy"]


def test_the_unpacked_folder_mirrors_the_sources(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for path in (source / "a.js", source / "deep" / "b.js", source / "a.d.ts", target / "old" / "gone.js"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    (target / "a.js").write_text("b.js")  # of the right size, but not the right content
    mirror(source, target)
    assert {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*.*")} == {
        "a.js": "a.js",
        "deep/b.js": "b.js",
    }
    assert not (target / "old").exists()
