"""`clear evaluate` at the command line: what a user who makes a mistake reads, and a whole small run."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clear_core.cli import MODEL, main
from tests.core.pictures import encoded, texture

needs_model = pytest.mark.skipif(not (MODEL / "model.tflite").is_file(), reason="the model is not built")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--strategies", "magic"], "There is no strategy “magic”. Known are: "),
        (["--strategies", "tiara"], "tiara needs word vectors: give --vectors FILE"),
        (["--strategies", "tiara", "--vectors", "nowhere.npz"], "nowhere.npz holds no word vectors"),
        (["--sources", "0"], "must be 1 at least"),
        (["--backend", "dask"], "--backend dask needs --scheduler"),
        (["--protocol", "paper", "--strategies", "pool+memory"], "use pool"),
        ([], "cannot be read"),
    ],
)
def test_mistakes(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], corpus: Path
) -> None:
    folder = corpus if "nowhere.npz" in arguments else tmp_path / "nowhere"
    if "nowhere.npz" in arguments and not (MODEL / "model.tflite").is_file():
        pytest.skip("the model is not built")
    cache, out = str(tmp_path / "cache"), str(tmp_path / "out")
    assert main(["evaluate", str(folder), "--cache", cache, "--out", out, *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = []
    for number in range(30):
        (folder / f"{number}.jpg").write_bytes(encoded(texture(number), "JPEG"))
        tags = [f"t{number % 3}", f"u{number % 5}"]
        lines.append(json.dumps({"id": str(number), "file": f"{number}.jpg", "tags": tags}))
    (folder / "7.jpg").write_bytes(b"no picture")
    (folder / "photos.jsonl").write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    return folder


@needs_model
def test_a_whole_run(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    call = ["evaluate", str(corpus), "--cache", str(tmp_path / "cache"), "--out", str(out), "--workers", "1"]
    call += ["--sources", "3", "--queries", "10", "--photos", "10"]
    assert main(call) == 0
    first = capsys.readouterr()
    assert "2 photos are left out, 29 are used" in first.err
    assert "line 31: not JSON" in first.err
    assert "7.jpg" in first.err
    assert "| pool | 3 |" in first.out
    assert {file.suffix for file in out.iterdir()} == {".jsonl", ".md", ".svg", ".png"}
    assert main(call) == 0
    assert capsys.readouterr().out == first.out


@needs_model
def test_results_of_another_network_are_not_taken_for_those_of_this(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    one, other = tmp_path / "one", tmp_path / "other"
    shutil.copytree(MODEL, one)
    other.mkdir()
    facts = json.loads((one / "model.json").read_text())
    # The same file, but photos are compared by their classes.
    facts |= {"embedding": 1000, "wiring": facts["wiring"] | {"file": "../one/model.tflite", "embedding": 1}}
    (other / "model.json").write_text(json.dumps(facts))
    out = tmp_path / "out"
    for model in (one, other):
        call = ["evaluate", str(corpus), "--model", str(model), "--cache", str(tmp_path / "cache")]
        call += ["--out", str(out), "--workers", "1", "--sources", "3", "--queries", "10", "--photos", "10"]
        assert main(call) == 0
    first, second = (file.read_text() for file in out.glob("*.jsonl"))
    assert len(first.splitlines()) == len(second.splitlines()) == 6 and first != second


@needs_model
def test_what_was_done_before_ctrl_c_is_kept(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    call = ["evaluate", str(corpus), "--cache", str(tmp_path / "cache"), "--out", str(out), "--workers", "1"]
    call += ["--sources", "3", "--queries", "10", "--photos", "10", "--seeds", "4000"]
    command = [sys.executable, "-m", "clear_core.cli", *call]
    # Whoever was started in the background does not hear of Ctrl-C, nor do his children.
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=hears)
    while process.poll() is None and not any(file.read_text().count("\n") > 5 for file in out.glob("*.jsonl")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130 and "is taken up next time" in told
    (results,) = out.glob("*.jsonl")
    before = results.read_text().splitlines()
    assert 5 < len(before) < 2 * 3 * 4000
    assert main([*call[:-1], "2"]) == 0  # and it is: the rest of a smaller sweep is done, what there was stays
    assert results.read_text().splitlines()[: len(before)] == before
