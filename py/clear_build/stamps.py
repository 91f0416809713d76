"""Incremental by content: a step is done again only when what goes into it has changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | bytes | Path) -> str:
    """sha256 (hex) over texts, bytes and the content of files; a missing file counts as such."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            part = part.read_bytes() if part.is_file() else b"missing"
        data = part.encode() if isinstance(part, str) else part
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def tree_digest(files: Iterable[Path], root: Path) -> str:
    """sha256 (hex) over the names (relative to `root`) and contents of `files`, in order of name."""
    return digest(*(part for file in sorted(files) for part in (file.relative_to(root).as_posix(), file)))


class Stamp:
    """Remembers in a small file what a step was last done with."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key

    def is_current(self, *outputs: Path) -> bool:
        """True when the step was last done with the same key and all its `outputs` are still there."""
        try:
            return self._path.read_text() == self._key and all(output.exists() for output in outputs)
        except OSError:
            return False

    def clear(self) -> None:
        """Forget: the step is about to be done, and may fail half-way."""
        self._path.unlink(missing_ok=True)

    def set(self) -> None:
        """The step is done."""
        write_atomically(self._path, self._key.encode())


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` so that `path` is either as it was before or complete, never half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
