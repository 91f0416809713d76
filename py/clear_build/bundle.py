"""The Python side of the extension: archives of .pyc (the standard library; NumPy + Pillow + clear_core), a snapshot of
Python's memory with all that the engine imports, and beside it the libraries (.so) that are open in that.

The archives are compiled beforehand and stored, not deflated, for whoever starts without the snapshot (room-worker.js).
All by Pyodide itself, so that neither the Python nor the zlib of the machine that builds can change a byte.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .console import run_quietly, step
from .snapshot import Snapshot, take_snapshot
from .stamps import digest, write_atomically

_HERE = Path(__file__).parent
COMPILER = (_HERE / "compile_pyc.mjs", _HERE / "compile_pyc.py")

# What the extension never imports. numpy._core._multiarray_tests must stay: numpy.testing is imported by NumPy itself.
UNUSED_FOLDERS = (
    "numpy/f2py/",
    "numpy/distutils/",
    "numpy/_core/include/",
    "numpy/_core/lib/",
    "numpy/random/lib/",
    "numpy/doc/",
    "numpy/_pyinstaller/",
)
UNUSED_MODULES = (
    "_operand_flag_tests.",
    "_rational_tests.",
    "_simd.",
    "_struct_ufunc_tests.",
    "_umath_tests.",
    "_imagingft.",
    "_imagingtk.",
)
SHIPPED_SUFFIXES = (".py", ".so", "METADATA", "LICENSE", "LICENSE.txt")
# Of clear_core, what only runs natively stays at home.
NATIVE_ONLY = ("clear_core/native", "clear_core/cli", "clear_core/quota_file", "clear_core/evaluation/")

SHIPPED_SCORES = "clear_core/scores/shipped/"  # texts, for people to read and to copy

Files = Mapping[str, bytes]


def is_shipped(name: str) -> bool:
    """Whether the file `name` of the NumPy or Pillow wheel belongs into the extension."""
    if name.startswith(UNUSED_FOLDERS) or "/tests/" in name:
        return False
    if any(name.rsplit("/", 1)[-1].startswith(module) for module in UNUSED_MODULES):
        return False
    return name.endswith(SHIPPED_SUFFIXES)


def read_zip(path: Path) -> dict[str, bytes]:
    """Name → content of every file in an archive."""
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def write_zip(files: Files) -> bytes:
    """A stored (uncompressed) archive; same files, same bytes: sorted by name, one fixed date, one fixed mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return buffer.getvalue()


def core_sources(package: Path) -> dict[str, bytes]:
    """The sources of `clear_core` that run in the browser, by their name in the archive; none when it is not there."""
    root = package.parent
    named = {path.relative_to(root).as_posix(): path for path in package.rglob("*.py")}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(NATIVE_ONLY)}


class Compiler:
    """What Pyodide makes of Python under Node: .pyc, and a snapshot; kept by the hash of what went in."""

    def __init__(self, node: Path, pyodide: Path, cache: Path) -> None:
        self._node = node
        self._pyodide = pyodide
        self._cache = cache
        self._version = digest(pyodide / "package.json", *COMPILER)

    def compile(self, title: str, files: Files) -> dict[str, bytes]:
        """`files` with every .py replaced by its .pyc. Raises BuildError naming the file that does not compile."""
        sources = write_zip({name: data for name, data in files.items() if name.endswith(".py")})
        others = {name: data for name, data in files.items() if not name.endswith(".py")}
        kept = self._cache / f"{digest(self._version, sources)}.zip"
        if not kept.is_file():
            with step(f"Compiling {title}"), tempfile.TemporaryDirectory(prefix="clear-build-") as folder:
                before, after = Path(folder, "sources.zip"), Path(folder, "compiled.zip")
                before.write_bytes(sources)
                run_quietly(
                    [self._node, COMPILER[0], self._pyodide, COMPILER[1], before, after],
                    failure=f"{title} could not be compiled.",
                    cwd=Path(folder),
                )
                write_atomically(kept, after.read_bytes())
        return {**others, **read_zip(kept)}

    def snapshot(self, stdlib: bytes, packages: Files) -> Snapshot:
        """Python's memory with these two. Raises BuildError."""
        return take_snapshot(self._node, self._pyodide, self._cache, stdlib, packages)


def build_bundle(compiler: Compiler, stdlib: Path, wheels: Iterable[Path], core: Path, folder: Path) -> None:
    """Fill `folder` from Pyodide's stdlib archive, two wheels and clear_core.

    Into stdlib.zip, packages.zip (less the libraries of the snapshot), libraries/, snapshot.bin and snapshot.json.
    """
    modules = {name: data for wheel in wheels for name, data in read_zip(wheel).items() if is_shipped(name)}
    sources = core_sources(core)
    scores = {name: text for name, text in sources.items() if name.startswith(SHIPPED_SCORES)}
    packages = {
        **compiler.compile("NumPy and Pillow", modules),
        **compiler.compile("clear_core", sources),
        **scores,
    }
    standard = write_zip(compiler.compile("the standard library", read_zip(stdlib)))
    snapshot = compiler.snapshot(standard, packages)
    libraries = {name: packages.pop(name) for name in snapshot.libraries}
    wanted = {
        "stdlib.zip": standard,
        "packages.zip": write_zip(packages),
        "snapshot.bin": snapshot.memory,
        "snapshot.json": snapshot.facts(),
        **{f"libraries/{name}": data for name, data in libraries.items()},
    }
    for old in [path for path in folder.rglob("*") if path.is_file()]:
        if old.relative_to(folder).as_posix() not in wanted:
            old.unlink()
    for name, data in wanted.items():
        _write_if_changed(folder / name, data)


def _write_if_changed(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        write_atomically(path, data)
