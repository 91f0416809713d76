"""The bill of materials names every file that ships, with its hash, who wrote it and where the licence's text is."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from clear_build.build import Places
from clear_build.console import BuildError
from clear_build.sbom import OPTIONAL, PARTIES, party_of

from .conftest import ROOT


def files_of(place: Path) -> dict[str, str]:
    """Name → SHA-256 of every file that a bill names."""
    document: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    components = document["components"]
    files = [file for component in components for file in [component, *component.get("components", ())]]
    return {file["name"]: file["hashes"][0]["content"] for file in files if file["type"] == "file"}


def shipped(places: Places) -> dict[str, str]:
    """Every file that ships, and every file inside the archive that others' works are packed into."""
    paths = [path for path in places.unpacked.rglob("*") if path.is_file()]
    found = {path.relative_to(places.unpacked).as_posix(): path.read_bytes() for path in paths}
    inner = "vendor/python/packages.zip"
    with zipfile.ZipFile(io.BytesIO(found[inner])) as archive:
        found |= {f"{inner}/{name}": archive.read(name) for name in archive.namelist()}
    return {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def test_every_byte_of_a_build_is_in_its_bill(places: Places) -> None:
    assert files_of(places.unpacked.parent / "sbom.json") == shipped(places)


def test_the_bill_in_the_repository_has_every_file_of_others(places: Places) -> None:
    foreign = {name: digest for name, digest in shipped(places).items() if party_of(name) is not None}
    assert files_of(ROOT / "docs" / "sbom.json") == foreign
    for name in ("numpy/_core/_multiarray_umath", "PIL/_imaging"):  # the machine code among them
        assert any(file.startswith(f"vendor/python/libraries/{name}") and file.endswith(".so") for file in foreign)
    git = ["git", "-C", ROOT, "diff", "--stat", "--", "docs/sbom.json"]
    changed = subprocess.run(git, capture_output=True, check=True).stdout
    assert changed == b"", "the build has brought docs/sbom.json up to date: commit it"


def test_every_party_is_named_with_a_hash_and_its_licence_is_in_the_package(places: Places) -> None:
    document = json.loads((ROOT / "docs" / "sbom.json").read_text(encoding="utf-8"))
    named = {component["name"]: component for component in document["components"]}
    assert named.keys() == {party.name for party in PARTIES} - set(OPTIONAL)
    licences = places.unpacked / "vendor" / "LICENSES"
    overview = (licences / "README.txt").read_text(encoding="utf-8").lower()
    for party in PARTIES:
        if party.name in OPTIONAL:
            continue
        assert named[party.name]["hashes"] or party.name in ("cpython", "emscripten")  # in Pyodide's own package
        assert len((licences / party.text).read_text(encoding="utf-8")) > 500
        assert {"cpython": "python 3.12"}.get(party.name, party.name) in overview


def test_every_package_that_ships_is_one_of_the_lock_file() -> None:
    dependencies = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert dependencies.keys() <= {party.name for party in PARTIES if party.npm}


def test_a_file_that_nobody_answers_for_stops_the_build() -> None:
    with pytest.raises(BuildError, match=r"vendor/js/new\.js is shipped"):
        party_of("vendor/js/new.js")
