"""`build.py package`: what the stores are handed, the same bytes from every clone of the same commit.

Both shops get what `dist/unpacked/` holds; only the keys of manifest.json that the other browser reads are left out,
since each complains about them. Mozilla rebuilds from the sources and compares
(https://extensionworkshop.com/documentation/publish/source-code-submission/).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from .console import BuildError

Files = Mapping[str, tuple[bytes, bool]]
"""Name in the archive → its bytes, and whether it is a program."""

FOREIGN_KEYS = {
    "chrome": [("background", "scripts"), ("browser_specific_settings",)],
    "firefox": [
        ("background", "service_worker"),
        ("minimum_chrome_version",),
        ("sandbox",),
        ("content_security_policy", "sandbox"),
    ],
}
FOREIGN_PERMISSIONS: Mapping[str, tuple[str, ...]] = {"chrome": (), "firefox": ("offscreen",)}
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what ZIP can say; the clock of the machine must not get into the bytes


def version(root: Path) -> str:
    """The version of pyproject.toml, which manifest.json and package.json must repeat. Raises BuildError if not."""
    wanted: str = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for name in ("extension/manifest.json", "package.json"):
        found = json.loads((root / name).read_text(encoding="utf-8"))["version"]
        if found != wanted:
            raise BuildError(f"{name} says version {found} and pyproject.toml {wanted}: make them the same.")
    return wanted


def write_archive(path: Path, files: Files) -> str:
    """Write a ZIP whose bytes depend on nothing but `files`; return its SHA-256, in hex.

    (And the version of zlib: another may compress to other bytes. What is in the archive is the same even then.)
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            data, program = files[name]
            info = zipfile.ZipInfo(name, EARLIEST)
            info.create_system = 3  # Unix, wherever it was packed
            info.external_attr = (0o100755 if program else 0o100644) << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest_for(shop: str, text: bytes) -> bytes:
    """manifest.json without the keys that this shop's browser ignores and complains about."""
    manifest = json.loads(text)
    for *parents, key in FOREIGN_KEYS[shop]:
        place = manifest
        for parent in parents:
            place = place[parent]
        del place[key]
    manifest["permissions"] = [name for name in manifest["permissions"] if name not in FOREIGN_PERMISSIONS[shop]]
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def shipped(unpacked: Path, shop: str) -> Files:
    """The files of the built extension, for one shop. Raises BuildError when there are none."""
    if not (unpacked / "manifest.json").is_file():
        raise BuildError(f"{unpacked} holds no extension: run `build.py build` first.")
    paths = (path for path in unpacked.rglob("*") if path.is_file())
    files = {path.relative_to(unpacked).as_posix(): (path.read_bytes(), False) for path in paths}
    return files | {"manifest.json": (manifest_for(shop, files["manifest.json"][0]), False)}


def sources(root: Path, prefix: str) -> Files:
    """What the last commit holds, below the folder `prefix`. Raises BuildError when git or the history is missing."""
    git = ["git", "-C", str(root)]
    try:
        listing = subprocess.run([*git, "ls-tree", "-rz", "HEAD"], check=True, capture_output=True).stdout.decode()
        changed = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True).stdout
        entries = [line.split(maxsplit=3) for line in listing.split("\0") if line]
        asked = "".join(f"{entry[2]}\n" for entry in entries).encode()
        batch = subprocess.run([*git, "cat-file", "--batch"], input=asked, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"The source archive is made from the git history, which cannot be read: {error}") from None
    if changed:
        print("Not all changes are committed: the source archive holds the last commit, the packages what was built.")
    files, place = {}, 0
    for mode, _kind, _object, name in entries:
        header, _, _ = batch[place : place + 200].partition(b"\n")
        start, size = place + len(header) + 1, int(header.split()[2])
        files[f"{prefix}/{name}"] = (batch[start : start + size], mode == "100755")
        place = start + size + 1
    return files


def package(root: Path, unpacked: Path) -> dict[Path, str]:
    """Write the three archives into dist/; return their SHA-256. Raises BuildError."""
    stem = f"clear-{version(root)}"
    contents = {**{shop: shipped(unpacked, shop) for shop in FOREIGN_KEYS}, "source": sources(root, stem)}
    folder = unpacked.parent
    return {
        path: write_archive(path, content)
        for path, content in ((folder / f"{stem}-{name}.zip", content) for name, content in contents.items())
    }
