"""Debian's package tuxpaint-stamps-default in the user's cache: fetched by apt, checked, its pictures unpacked."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "tuxpaint-stamps-default"
VERSION = "2022.06.04-1"
DEB = f"{PACKAGE}_{VERSION}_all.deb"
DEB_SHA256 = "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34"
_STAMPS = "usr/share/tuxpaint/stamps/"


class LibraryMissing(RuntimeError):
    """The offline library is not here and cannot be fetched; the message says what to do."""


def default_cache() -> Path:
    """The user's cache folder for things that the build fetches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clear-build"


def unpacked(cache: Path) -> Path:
    """The folder of stamps inside the cache; fetches and unpacks the package when it is not there yet.

    Raises LibraryMissing when the package cannot be had, or is not the one that is expected.
    """
    target = cache / f"tuxpaint-stamps-{VERSION}"
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    # Unpacked beside the target and renamed: another process never sees half a library.
    with tempfile.TemporaryDirectory(dir=cache) as half:
        deb = cache / DEB
        if not deb.exists():
            deb = _download(Path(half), cache)
        found = _sha256(deb)
        if found != DEB_SHA256:
            raise LibraryMissing(
                f"{deb} is not the file that is expected (sha256 {found}, expected {DEB_SHA256}). "
                "Delete it and try again."
            )
        _unpack(deb, Path(half) / "stamps")
        try:
            (Path(half) / "stamps").rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster, with the same files
                raise
    return target


def _download(folder: Path, cache: Path) -> Path:
    """Fetch the package into `folder` with apt, which checks Debian's signatures."""
    by_hand = (
        f"Put the file {DEB} (160 MB) from any Debian mirror, folder pool/main/t/tuxpaint-stamps/, into {cache} "
        "and try again."
    )
    apt = shutil.which("apt-get")
    if apt is None:
        raise LibraryMissing(f"The offline photo library is Debian's package {PACKAGE}, and there is no apt. {by_hand}")
    print(f"Fetching the offline photo library ({PACKAGE}, 160 MB, once) …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [apt, "download", "-q", f"{PACKAGE}={VERSION}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    got = list(folder.glob("*.deb"))
    if done.returncode != 0 or not got:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise LibraryMissing(
            f"apt could not fetch {PACKAGE} {VERSION} ({said}). Run 'apt-get update' and try again. Or: {by_hand}"
        )
    return got[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(deb: Path, target: Path) -> None:
    """The pictures and their names (not the 120 MB of sounds), with the folders below usr/share/tuxpaint/stamps."""
    import lzma  # here: the pure parts of the stand-in also run where Python has none (Pyodide)

    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(_member(deb, "data.tar.xz")))) as tar:
        for entry in tar:
            name = entry.name.removeprefix("./")
            if entry.isfile() and name.startswith(_STAMPS) and name.endswith((".png", ".txt")):
                file = target / name.removeprefix(_STAMPS)
                if not file.resolve().is_relative_to(target.resolve()):
                    raise LibraryMissing(f"{deb} holds a file outside of its folder: {entry.name}")
                content = tar.extractfile(entry)
                assert content is not None  # a regular file has content
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())


def _member(deb: Path, wanted: str) -> bytes:
    """One member of a .deb, which is an ar archive (https://man7.org/linux/man-pages/man5/deb.5.html)."""
    for name, content in _ar(deb.read_bytes()):
        if name == wanted:
            return content
    raise LibraryMissing(f"{deb} holds no {wanted}.")


def _ar(archive: bytes) -> Iterator[tuple[str, bytes]]:
    at = 8  # behind the magic "!<arch>\n"
    while at + 60 <= len(archive):
        name = archive[at : at + 16].decode("ascii").strip().rstrip("/")
        size = int(archive[at + 48 : at + 58])
        yield name, archive[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
