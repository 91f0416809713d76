"""`build.py build`: everything that turns a clone into dist/unpacked/."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from .assets import LITE0_WEIGHTS, NUMPY, PILLOW, Asset, fetch, fetch_all
from .bundle import Compiler, build_bundle
from .console import BuildError
from .models import LITE0, MOBILENET_V2_NAMES, build_lite0, build_mobilenet_v2, list_models
from .sbom import write_sboms
from .vendor import build_javascript, collect_licences
from .word_vectors import build_word_vectors, ship_word_vectors

ROOT = Path(__file__).resolve().parents[2]
NOT_SHIPPED = (".d.ts", ".d.mts")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the build reads and writes in a clone."""

    root: Path

    @property
    def extension(self) -> Path:
        return self.root / "extension"

    @property
    def vendor(self) -> Path:
        return self.extension / "vendor"

    @property
    def unpacked(self) -> Path:
        return self.root / "dist" / "unpacked"

    @property
    def work(self) -> Path:
        return self.root / ".build"


def build(root: Path = ROOT, *, words: bool = False, mobilenet: Asset | None = None) -> Path:
    """Bring `extension/vendor/` and `dist/unpacked/` up to date; return the latter. Raises BuildError.

    `words`: with the word vectors that Tiara needs. `mobilenet`: with MobileNetV2 besides, from there.
    """
    places = Places(root)
    stamps = places.work / "stamps"
    found = shutil.which("node")
    if found is None:
        raise BuildError("Node.js is needed and was not found: run build.py, which says how to install it.")
    node = Path(found)
    files = fetch_all()
    wheels = [files[NUMPY.name], files[PILLOW.name]]
    pyodide = root / "node_modules" / "pyodide"

    build_javascript(root, node, places.vendor, stamps)
    collect_licences(root, wheels, places.vendor, stamps)
    build_bundle(
        Compiler(node, pyodide, places.work / "compiled"),
        pyodide / "python_stdlib.zip",
        wheels,
        root / "py" / "clear_core",
        places.vendor / "python",
    )
    ship_scores(root / "py" / "clear_core" / "scores" / "shipped", places.vendor / "scores")
    models, requirements = places.vendor / "models", root / "requirements.lock"
    build_lite0(files[LITE0_WEIGHTS.name], models, requirements, stamps)
    if mobilenet is not None:
        build_mobilenet_v2(fetch(mobilenet), models, requirements, stamps)
    list_models(models, [LITE0, *(MOBILENET_V2_NAMES if mobilenet is not None else ())])
    ship_word_vectors(build_word_vectors(root, places.work) if words else None, places.vendor / "words")
    mirror(places.extension, places.unpacked)
    shutil.copyfile(root / "LICENSE", places.unpacked / "LICENSE")
    write_sboms(root, places.unpacked, committed=not words and mobilenet is None)
    return places.unpacked


def mirror(source: Path, target: Path) -> None:
    """Make `target` hold what `source` holds, less the types for tsc; files that are equal are not touched."""
    wanted = {
        path.relative_to(source) for path in source.rglob("*") if path.is_file() and not path.name.endswith(NOT_SHIPPED)
    }
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(target) not in wanted:
            path.unlink()
    for name in sorted(wanted):
        old, new = target / name, source / name
        if not old.is_file() or old.stat().st_size != new.stat().st_size or old.read_bytes() != new.read_bytes():
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)


def ship_scores(shipped: Path, folder: Path) -> None:
    """The scores as texts, for the score editor to show."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: path for path in shipped.glob("[!_]*.py")}
    for old in folder.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, path in wanted.items():
        shutil.copyfile(path, folder / name)


def size_in_megabytes(folder: Path) -> float:
    """Sum of the sizes of all files in `folder`, in 10⁶ bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
