"""``clear search`` as a user calls it: a process, a picture file, real HTTPS to the stand-in, an HTML page."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.pictures import encoded, texture
from tests.models.own import mean_colours
from tests.standin import LibraryPhoto, Standin, faults, offline_library
from tests.standin.flickr import VALID_KEY
from tests.standin.images import picture


@pytest.fixture(scope="module")
def library() -> list[LibraryPhoto]:
    return offline_library()


@pytest.fixture(scope="module")
def standin(library: list[LibraryPhoto]) -> Iterator[Standin]:
    with Standin(library) as server:
        yield server


def clear(standin: Standin, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own."""
    return subprocess.run(
        [
            sys.executable, "-m", "clear_core.cli", "search", *map(str, arguments),
            "--connect-to", f"127.0.0.1:{standin.https_port}", "--ca-file", str(standin.ca_file),
        ],
        cwd=folder, capture_output=True, text=True, timeout=180, env={**os.environ, "XDG_STATE_HOME": str(folder)},
    )  # fmt: skip


@pytest.fixture
def tiger(tmp_path: Path, library: list[LibraryPhoto]) -> Path:
    path = tmp_path / "tiger.jpg"
    path.write_bytes(picture(next(photo for photo in library if photo.path.stem == "tiger")))
    return path


@pytest.mark.parametrize("key", ["", VALID_KEY])
def test_a_search_writes_a_page_of_results(
    standin: Standin, tmp_path: Path, tiger: Path, library: list[LibraryPhoto], key: str
) -> None:
    run = clear(standin, tmp_path, tiger, "--key", key, "--seed", "1")
    assert run.returncode == 0, run.stderr
    assert "tiger" in run.stderr.splitlines()[-2] or "tiger" in run.stderr  # what the network saw
    best = run.stdout.splitlines()[0]
    tigers = {photo.id for photo in library if "tiger" in photo.path.stem}
    assert best.split("/")[-1].split()[0] in tigers
    page = (tmp_path / "results.html").read_text(encoding="utf-8")
    assert 10 <= page.count("<li>") <= 30
    assert set(re.findall(r'href="(https://[^/"]+)', page)) == {"https://www.flickr.com"}
    assert "not endorsed or certified" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("service", "page", "files"),
    [
        ("openverse", "openverse.org", ("api.openverse.org",)),
        ("commons", "commons.wikimedia.org", ("upload.wikimedia.org", "thumb.wikimedia.org")),
    ],
)
def test_other_services_are_searched(
    standin: Standin, tmp_path: Path, tiger: Path, service: str, page: str, files: tuple[str, ...]
) -> None:
    standin.requests.clear()
    standin.openverse.throttle.forget()
    run = clear(standin, tmp_path, tiger, "--service", service, "--seed", "1", "--queries", "15", "--photos", "40")
    assert run.returncode == 0, run.stderr
    assert "iger" in run.stdout.splitlines()[0]
    found = (tmp_path / "results.html").read_text(encoding="utf-8")
    assert 10 <= found.count("<li>") <= 30
    assert set(re.findall(r'href="https://([^/"]+)', found)) == {page}
    assert set(re.findall(r'src="https://([^/"]+)', found)) <= set(files)
    assert "Flickr API" not in found
    assert {request.host for request in standin.requests} <= {*files, page, "api.openverse.org"} - {"openverse.org"}
    assert all("clear-search/" in request.headers["user-agent"] for request in standin.requests)
    assert standin.openverse.throttle.refused == 0


def test_the_quota_of_a_day_is_remembered_over_calls(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    """200 questions a day: they are counted in a file, and what is beyond them is not even asked."""
    standin.openverse.throttle.forget()
    with sqlite3.connect(tmp_path / "quota.sqlite") as database:
        database.execute("CREATE TABLE asked (service TEXT, time REAL)")
        hours_ago = [("Openverse", time.time() - 7200 - number) for number in range(195)]
        database.executemany("INSERT INTO asked VALUES (?, ?)", hours_ago)
    database.close()
    (tmp_path / "clear-search").mkdir()
    (tmp_path / "quota.sqlite").rename(tmp_path / "clear-search" / "quota.sqlite")
    standin.requests.clear()
    run = clear(standin, tmp_path, tiger, "--service", "openverse", "--seconds", "30")
    assert "as much as it allows for now" in run.stderr and "minutes" in run.stderr
    assert run.returncode == 0 and "iger" in run.stdout  # what was found with the last questions is looked at
    questions = [request for request in standin.asked("api.openverse.org") if request.params]
    assert len(questions) == 5


def test_a_folder_of_ones_own_photos(
    standin: Standin, tmp_path: Path, tiger: Path, library: list[LibraryPhoto]
) -> None:
    """Photos and a list of their tags; nothing is asked of anybody."""
    folder = tmp_path / "my photos"
    (folder / "ünder").mkdir(parents=True)
    listed = []
    for photo in library[::3]:
        name = f"ünder/{photo.id}.jpg"
        (folder / name).write_bytes(picture(photo))
        listed.append({"file": name, "tags": photo.tags, "title": photo.title})
    source = next(photo for photo in library if photo.path.stem == "tiger")
    (folder / "tiger.jpg").write_bytes(picture(source))
    listed.append({"file": "tiger.jpg", "tags": ["tiger", "animal"], "title": "My tiger"})
    (folder / "photos.json").write_text(json.dumps(listed), encoding="utf-8")
    (folder / ".hidden.jpg").write_bytes(picture(source))
    standin.requests.clear()
    run = clear(standin, tmp_path, tiger, "--service", "folder", "--folder", folder)
    assert run.returncode == 0, run.stderr
    assert (folder / "tiger.jpg").as_uri() in run.stdout.splitlines()[0]
    assert "hidden" not in run.stdout
    found = (tmp_path / "results.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:href|src)="(\w+):', found)) == {"file", "data"}
    assert standin.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--service", "folder"), "go together"),
        (("--service", "commons", "--folder", "."), "go together"),
        (("--folder", "nowhere"), "takes a folder"),
        (("--folder", "empty"), "No photo in this folder has tags"),
    ],
)
def test_a_folder_that_is_none(
    standin: Standin, tmp_path: Path, tiger: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    run = clear(standin, tmp_path, tiger, *arguments)
    assert run.returncode != 0
    assert words in run.stderr and "Traceback" not in run.stderr


def test_the_same_seed_finds_the_same(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    """With one photo and one query under way at a time nothing depends on which answer is first."""
    runs = [clear(standin, tmp_path, tiger, "--seed", "5", "--photos", "15") for _ in range(2)]
    best = [run.stdout.splitlines()[0] for run in runs]
    assert best[0] == best[1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", "no bytes"),
        ("text.jpg", b"not a picture at all", "not a picture"),
        ("half.jpg", encoded(texture(), "JPEG")[:3000], "damaged"),
    ],
)
def test_a_file_that_is_no_picture(standin: Standin, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    run = clear(standin, tmp_path, name)
    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_file_that_is_not_there(standin: Standin, tmp_path: Path) -> None:
    run = clear(standin, tmp_path, "nowhere.jpg")
    assert run.returncode == 2
    assert "nowhere.jpg" in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("option", "value"), [("--days", "-3"), ("--queries", "0"), ("--photos", "2.5"), ("--seconds", "nan")]
)
def test_a_number_that_cannot_be(standin: Standin, tmp_path: Path, tiger: Path, option: str, value: str) -> None:
    run = clear(standin, tmp_path, tiger, option, value)
    assert run.returncode == 2
    assert f"{option}: {value} is no " in run.stderr and "above 0" in run.stderr


def test_a_wrong_key(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    run = clear(standin, tmp_path, tiger, "--key", "wrong")
    assert run.returncode == 1
    assert "does not accept your API key" in run.stderr


def test_a_service_that_is_down(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    standin.faults = faults.on(faults.status(503), host="www.flickr.com")
    try:
        run = clear(standin, tmp_path, tiger)
    finally:
        standin.faults = None
    assert run.returncode == 1
    assert "Flickr is not available" in run.stderr and "Traceback" not in run.stderr


REFUSED = b'{"stat":"fail","code":18,"message":"Illogical arguments: api_key=%s"}' % VALID_KEY.encode()


ELSEWHERE = f"https://elsewhere.example/?api_key={VALID_KEY}"


@pytest.mark.parametrize(
    "fault",
    [faults.status(200, {}, REFUSED), faults.redirect(ELSEWHERE), faults.reset()],
    ids=["refused", "redirect", "reset"],
)
def test_the_key_is_told_to_nobody(standin: Standin, tmp_path: Path, tiger: Path, fault: faults.Fault) -> None:
    """Neither in what is printed nor in what is written, though service and network name it."""
    standin.faults = faults.on(fault, host="www.flickr.com", after=2)
    try:
        run = clear(standin, tmp_path, tiger, "--key", VALID_KEY, "--memory", "memory.npz")
    finally:
        standin.faults = None
    assert "Flickr" in run.stderr.splitlines()[-1]  # what went wrong is said
    assert VALID_KEY not in run.stdout + run.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != tiger]
    assert written
    assert all(VALID_KEY.encode() not in path.read_bytes() for path in written)


def test_no_network(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    with standin.offline():
        run = clear(standin, tmp_path, tiger)
    assert run.returncode == 1
    assert "Flickr cannot be reached" in run.stderr and "Traceback" not in run.stderr


def test_the_tag_memory_teaches_the_next_search(
    standin: Standin, tmp_path: Path, library: list[LibraryPhoto]
) -> None:
    rose, memory = tmp_path / "rose.jpg", tmp_path / "memory.npz"
    rose.write_bytes(picture(next(photo for photo in library if photo.path.stem == "rose")))

    def first_questions() -> set[str]:
        standin.requests.clear()
        run = clear(standin, tmp_path, rose, "--memory", memory, "--seed", "1")
        assert run.returncode == 0, run.stderr
        return {request.params["tags"] for request in standin.asked("www.flickr.com")[:8]}

    names = {"rose", "flower", "flowers"}  # the network has no class for it
    assert not names & first_questions()
    assert names & first_questions()
    memory.write_bytes(b"not a memory")  # is replaced: a search does not fail for it
    assert not names & first_questions()
    assert names & first_questions()


def test_a_network_of_the_users_own(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    (tmp_path / "mine.tflite").write_bytes(mean_colours())
    run = clear(standin, tmp_path, tiger, "--model", "mine.tflite", "--pixels", "0..1", "--score", "gaussian")
    assert run.returncode == 0, run.stderr
    assert "tiger" in run.stderr  # it knows no classes: the default network does
    assert float(run.stdout.split()[0]) == pytest.approx(1, abs=1e-3)  # the picture itself


@pytest.mark.parametrize(("model", "words"), [("nowhere", "no network “nowhere”"), ("tiger.jpg.tflite", "no .tflite")])
def test_a_network_that_is_none(standin: Standin, tmp_path: Path, tiger: Path, model: str, words: str) -> None:
    (tmp_path / "tiger.jpg.tflite").write_bytes(tiger.read_bytes())
    run = clear(standin, tmp_path, tiger, "--model", model)
    assert run.returncode == 2 and words in run.stderr and "Traceback" not in run.stderr


def test_a_score_of_ones_own_decides(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    (tmp_path / "my.py").write_text(
        "def score(candidates, source):\n    return [-len(photo.title) for photo in candidates.photos]\n"
    )
    run = clear(standin, tmp_path, tiger, "--score", "my.py", "--photos", "25")
    assert run.returncode == 0, run.stderr
    scores = [float(line.split()[0]) for line in run.stdout.splitlines()[:10]]
    assert scores == sorted(scores, reverse=True) and scores[0] < 0


def test_one_class_seeks_what_the_network_calls_by_that_name(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    run = clear(standin, tmp_path, tiger, "--score", "one_class:tiger", "--photos", "40")
    assert run.returncode == 0, run.stderr
    assert "tiger" in run.stdout.splitlines()[0].lower()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--score", "nothing"], "no score “nothing”"),
        (["--score", "nowhere.py"], "nowhere.py"),
        (["--score", "one_class:tigre"], "tiger"),
    ],
)
def test_a_score_that_is_not_there(
    standin: Standin, tmp_path: Path, tiger: Path, arguments: list[str], words: str
) -> None:
    run = clear(standin, tmp_path, tiger, *arguments)
    assert run.returncode != 0
    assert words in run.stderr and "Traceback" not in run.stderr


def test_a_score_that_fails_says_where(standin: Standin, tmp_path: Path, tiger: Path) -> None:
    (tmp_path / "my.py").write_text("def score(candidates, source):\n    return candidates.colour\n")
    run = clear(standin, tmp_path, tiger, "--score", "my.py")
    assert run.returncode == 1
    assert "Line 2 of the score" in run.stderr and "Traceback" not in run.stderr
