"""The archives for the stores: the same bytes every time, nothing missing, one version."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from clear_build.build import Places
from clear_build.console import BuildError
from clear_build.package import package, version

from .conftest import ROOT


def clone(folder: Path, unpacked: Path) -> Path:
    """A second clone of this commit, with its own copy of the build, whose files have other dates."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, folder], check=True)
    head = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    subprocess.run(["git", "-C", folder, "checkout", "--quiet", "--detach", head.stdout.strip()], check=True)
    copy = folder / "dist" / "unpacked"
    shutil.copytree(unpacked, copy, copy_function=shutil.copyfile)
    return copy


@pytest.fixture(scope="module")
def packed(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with its archives made; gives its dist/unpacked."""
    unpacked = clone(tmp_path_factory.mktemp("package") / "first", places.unpacked)
    package(unpacked.parents[1], unpacked)
    return unpacked


def test_packing_in_another_clone_gives_the_same_bytes(packed: Path, places: Places, tmp_path: Path) -> None:
    second = clone(tmp_path / "second place", places.unpacked)
    checksums = package(second.parents[1], second)
    assert len(checksums) == 3
    for path, checksum in checksums.items():
        data = path.read_bytes()
        assert data == (packed.parent / path.name).read_bytes() and hashlib.sha256(data).hexdigest() == checksum


POLICY = "content_security_policy"
# The one page with a script inside it: in Firefox its opaque origin may not load a file of the extension.
ROOM = ("engine/sandbox.html", "INLINE_SCRIPT")


def test_mozillas_linter_has_nothing_to_say_about_our_code(packed: Path) -> None:
    """Of third parties' code it says that there is `eval` and the like; what ships unmodified is not ours to change."""
    archive = packed.parent / f"clear-{version(packed.parents[1])}-firefox.zip"
    linter = ["node", ROOT / "node_modules" / "web-ext" / "bin" / "web-ext.js", "lint", "--output", "json"]
    command = [*linter, "--no-config-discovery", "--source-dir", archive]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert told["errors"] == [] and told["notices"] == []
    warnings = [(warning.get("file", ""), warning["code"]) for warning in told["warnings"]]
    assert [warning for warning in warnings if not warning[0].startswith("vendor/") and warning != ROOM] == []
    print(f"\nweb-ext lint: no error, {len(told['warnings'])} warnings, all of them about vendor/")


def test_the_archives_hold_what_was_built_and_what_was_committed(packed: Path) -> None:
    unpacked, root = packed, packed.parents[1]
    number = version(root)
    common = json.loads((unpacked / "manifest.json").read_text(encoding="utf-8"))
    for shop, background in (("chrome", "service_worker"), ("firefox", "scripts")):
        with zipfile.ZipFile(unpacked.parent / f"clear-{number}-{shop}.zip") as archive:
            manifest = json.loads(archive.read("manifest.json"))
            assert manifest["version"] == number
            assert set(manifest["background"]) == {background, "type"}
            assert all(manifest[key] == common[key] for key in manifest.keys() - {"background", "permissions", POLICY})
            assert manifest[POLICY]["extension_pages"] == common[POLICY]["extension_pages"]
            assert ("sandbox" in manifest) == ("sandbox" in manifest[POLICY]) == (shop == "chrome")
            foreign = {"offscreen"} if shop == "firefox" else set()
            assert set(manifest["permissions"]) == set(common["permissions"]) - foreign
            assert ("browser_specific_settings" in manifest) == (shop == "firefox")
            built = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
            assert set(archive.namelist()) == built
            assert archive.read("background.js") == (ROOT / "extension" / "background.js").read_bytes()
    with zipfile.ZipFile(unpacked.parent / f"clear-{number}-source.zip") as archive:
        listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True, text=True)
        assert set(archive.namelist()) == {f"clear-{number}/{name}" for name in listed.stdout.split("\0") if name}
        for name in ("build.py", "docs/images/popup.png"):
            assert archive.read(f"clear-{number}/{name}") == (root / name).read_bytes()


def test_versions_that_differ_are_refused(tmp_path: Path) -> None:
    (tmp_path / "extension").mkdir()
    for name in ("pyproject.toml", "package.json", "extension/manifest.json"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    manifest = json.loads((tmp_path / "extension/manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "extension/manifest.json").write_text(json.dumps(manifest | {"version": "9.9.9"}), encoding="utf-8")
    with pytest.raises(BuildError, match=r"manifest\.json says version 9\.9\.9"):
        version(tmp_path)
