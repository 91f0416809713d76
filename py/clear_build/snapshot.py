"""Python's memory with NumPy, Pillow and clear_core imported, for the engine to start from.

Taken by Pyodide itself under Node, of the very archives that are shipped; same input, same bytes. More than half
of the time until Python was ready went into what is in there already.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import run_quietly, step
from .stamps import digest, write_atomically

_HERE = Path(__file__).parent
_SCRIPTS = (
    _HERE / "snapshot.mjs",
    _HERE / "snapshot_imports.py",
    _HERE.parents[1] / "extension" / "engine" / "memory-snapshot.js",
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`memory`: in Pyodide's own form, without the zeros at its end; `size`: bytes with them; `libraries`: names of the
    .so in site-packages that are open in it, in that order."""

    memory: bytes
    size: int
    libraries: tuple[str, ...]

    def facts(self) -> bytes:
        """What the engine is told of it (`Facts` of memory-snapshot.js)."""
        return f"{json.dumps({'bytes': self.size, 'libraries': self.libraries})}\n".encode()


def take_snapshot(node: Path, pyodide: Path, cache: Path, stdlib: bytes, packages: Mapping[str, bytes]) -> Snapshot:
    """The snapshot of Python with the archive `stdlib` and `packages` in site-packages. Raises BuildError."""
    contents = [part for name in sorted(packages) for part in (name, packages[name])]
    kept = cache / f"{digest(pyodide / 'package.json', *_SCRIPTS, stdlib, *contents)}.zip"
    if not kept.is_file():
        with step("Starting Python once, for the engine"), tempfile.TemporaryDirectory(prefix="clear-build-") as folder:
            _take(node, pyodide, Path(folder), stdlib, packages)
            with zipfile.ZipFile(Path(folder, "kept.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name in ("snapshot.bin", "snapshot.json"):
                    archive.write(Path(folder, name), name)
            write_atomically(kept, Path(folder, "kept.zip").read_bytes())
    with zipfile.ZipFile(kept) as archive:
        facts = json.loads(archive.read("snapshot.json"))
        return Snapshot(archive.read("snapshot.bin").rstrip(b"\0"), facts["bytes"], tuple(facts["libraries"]))


def _take(node: Path, pyodide: Path, folder: Path, stdlib: bytes, packages: Mapping[str, bytes]) -> None:
    """Leaves snapshot.bin and snapshot.json in `folder`."""
    (folder / "names.json").write_text(json.dumps(sorted(packages)), encoding="utf-8")
    for name, data in packages.items():
        path = folder / "packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "stdlib.zip").write_bytes(stdlib)
    run_quietly(
        [node, _SCRIPTS[0], pyodide, _SCRIPTS[1], folder],
        failure="Python's memory could not be kept.",
        cwd=folder,
    )
