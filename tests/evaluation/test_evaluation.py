"""The evaluation: reads what it is given, says what is wrong with it, and gives the same numbers every time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clear_core.evaluation.corpus import Corpus, EvaluationError, read_entries, synthetic
from clear_core.evaluation.protocols import Job, Lab, halves, learn_memory, run
from clear_core.evaluation.report import figure, interval, table
from clear_core.evaluation.simulation import PAGE, Rules, TagService
from clear_core.evaluation.sweep import read_results, sweep
from clear_core.features import Features
from clear_core.photos import Photo

SMALL = Rules(40, 40)


@pytest.fixture(scope="module")
def lab() -> Lab:
    corpus = synthetic(2000, tags=200)
    return Lab(corpus, TagService(corpus.photos))


def corpus_of(folder: Path, *lines: str) -> Path:
    Image.new("RGB", (20, 20)).save(folder / "a.jpg")
    (folder / "photos.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def line(identity: str, **changes: object) -> str:
    return json.dumps({"id": identity, "file": "a.jpg", "tags": ["cat"], "title": "A cat", **changes})


def test_each_unusable_line_is_named(tmp_path: Path) -> None:
    folder = corpus_of(
        tmp_path, line("1"), "{not json", line("2", file="gone.jpg"), line("3", tags=[]), "", "[1]", line("1")
    )
    entries, problems = read_entries(folder)
    assert [entry.photo.id for entry in entries] == ["1"]
    assert [problem.split(":")[0] for problem in problems] == ["line 2", "line 3", "line 4", "line 6", "line 7"]
    assert "not JSON" in problems[0]
    assert "gone.jpg is missing" in problems[1]
    assert "has no tags" in problems[2]


def test_an_empty_corpus_is_said(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="is empty"):
        read_entries(corpus_of(tmp_path))
    with pytest.raises(EvaluationError, match="line 1: not JSON"):
        read_entries(corpus_of(tmp_path, "nonsense"))
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_entries(tmp_path / "nowhere")


def test_pages_are_thirty_photos_of_the_tag_from_a_random_date() -> None:
    photos = [Photo(str(number), "corpus", "", "", ("Stop sign",), "", "") for number in range(500)]
    service, rng = TagService(photos), np.random.default_rng(0)
    pages = [[photo.id for photo in service.search("stopsign", rng)] for _ in range(20)]
    assert {len(page) for page in pages} == {PAGE}
    assert len({tuple(page) for page in pages}) > 10
    assert service.search("unknown", rng) == []


def test_of_several_tags_a_photo_must_have_all() -> None:
    photos = [
        Photo(str(number), "corpus", "", "", ("even" if number % 2 == 0 else "odd", f"by{number % 3}"), "", "")
        for number in range(300)
    ]
    page = TagService(photos).search("by0,even", np.random.default_rng(0))
    assert page and all(int(photo.id) % 6 == 0 for photo in page)
    assert TagService(photos).search("even,unknown", np.random.default_rng(0)) == []


def test_the_source_is_held_out(lab: Lab) -> None:
    rng = np.random.default_rng(0)
    photo = lab.corpus.photos[5]
    for _ in range(200):
        assert photo not in lab.service.search(photo.tags[0], rng, without=5)


def test_a_job_gives_the_same_numbers_again(lab: Lab) -> None:
    for strategy in ("pool", "greedy", "random"):
        job = Job("similar", strategy, 3, 0, SMALL)
        assert run(lab, job) == run(lab, job)
    assert run(lab, Job("similar", "pool", 3, 0, SMALL)) != run(lab, Job("similar", "pool", 3, 1, SMALL))


def test_the_budget_is_kept(lab: Lab) -> None:
    for strategy in ("pool", "greedy", "ucb"):
        end = run(lab, Job("similar", strategy, 3, 0, Rules(15, 25)))["end"]["all"]
        assert end["queries"] <= 15 and end["photos"] == 25


def test_metrics_of_a_search_that_looks_at_everything() -> None:
    corpus = synthetic(40, tags=3)
    lab = Lab(corpus, TagService(corpus.photos))
    end = run(lab, Job("similar", "pool", 0, 0, Rules(400, 400)))["end"]["all"]
    assert end["photos"] >= 35  # the others are newer than any moment that was drawn
    assert end["recall@10"] >= 0.8
    assert end["inside 100"] == pytest.approx(1)
    assert 0.9 < end["relative score"] <= 1


def test_the_pool_beats_greedy_and_random(lab: Lab) -> None:
    sources = halves(lab.corpus)[1][:12]

    def recall(name: str) -> float:
        jobs = (Job("similar", name, source, 0, Rules(60, 60)) for source in sources)
        return float(np.mean([run(lab, job)["end"]["all"]["recall@10"] for job in jobs]))

    assert recall("pool") > 1.3 * recall("greedy")


def test_earlier_searches_help(lab: Lab) -> None:
    others, sources = halves(lab.corpus)
    taught = Lab(lab.corpus, lab.service, None, (learn_memory(lab, others[:10], 0),))

    def inside(name: str) -> float:
        jobs = (Job("similar", name, source, 0, Rules(20, 20), memory=0) for source in sources[:12])
        return float(np.mean([run(taught, job)["end"]["all"]["inside 100"] for job in jobs]))

    assert inside("pool+memory") > inside("pool")


def test_a_first_wrong_class_is_overcome() -> None:
    """The paper's failure: a cat is taken for a snow leopard. Here the network's classes are of another photo."""
    corpus = synthetic(3000, tags=150)
    rng = np.random.default_rng(1)
    wrong = corpus.features.logits[rng.permutation(len(corpus))]
    liar = Corpus(corpus.photos, Features(corpus.features.embedding, wrong), corpus.model)
    lab = Lab(liar, TagService(liar.photos))
    ends = [
        run(lab, Job("similar", "pool", source, 0, Rules(110, 110)))["end"]["all"] for source in halves(corpus)[1][:15]
    ]
    assert sum(end["none of 100"] for end in ends) == 0
    assert np.mean([end["inside 100"] for end in ends]) > 0.6  # by chance 0.03


def test_the_paper_protocol_starts_from_random_tags_and_approaches_the_best(lab: Lab) -> None:
    result = run(lab, Job("paper", "pool", 7, 0, Rules(200, 200, 1, 1)))
    curve = [point["best score"] for point in result["photos"].values()]
    assert curve == sorted(curve)
    assert curve[-1] > 0.7 * lab.corpus.features.logits[:, 7].max()


def test_a_sweep_takes_up_what_is_done(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "results.jsonl"
    jobs = [Job("similar", "greedy", source, 0, SMALL) for source in range(4)]
    whole = sweep(lab, jobs, file, workers=1)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:2]) + "\n" + lines[2][:30] + "\n")  # Ctrl-C in the middle of a line
    assert len(read_results(file)) == 2
    assert sweep(lab, jobs, file, workers=1) == whole
    monkeypatch.setattr("clear_core.evaluation.sweep._on_joblib", lambda *_: pytest.fail("asked for anew"))
    assert sweep(lab, jobs, file) == whole


def test_dask_gives_the_same_numbers(lab: Lab, tmp_path: Path) -> None:
    """A real scheduler and two worker processes."""
    distributed = pytest.importorskip("dask.distributed")
    jobs = [Job("similar", name, source, 0, SMALL) for name in ("greedy", "pool") for source in range(3)]
    here = sweep(lab, jobs, tmp_path / "here.jsonl", workers=1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        there = sweep(lab, jobs, tmp_path / "there.jsonl", backend="dask", scheduler=address)
    assert there == here


def test_no_dask_scheduler_is_said(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dask.distributed")
    with pytest.raises(EvaluationError, match="No Dask scheduler answers"):
        sweep(
            lab,
            [Job("similar", "greedy", 0, 0, SMALL)],
            tmp_path / "none.jsonl",
            backend="dask",
            scheduler="tcp://127.0.0.1:1",
        )


@pytest.mark.parametrize("strategy", ["pool", "greedy"])
def test_a_search_costs_the_same_in_a_larger_corpus(strategy: str) -> None:
    """Queries, photos looked at and photos held: the budget bounds them, not the size of the service."""
    for photos in (1_000, 100_000):
        corpus = synthetic(photos, tags=500)
        lab = Lab(corpus, TagService(corpus.photos))
        end = run(lab, Job("similar", strategy, 0, 0, SMALL))["end"]["all"]
        assert end["queries"] <= 40 and end["photos"] == 40 and end["found"] <= 40 * PAGE


def test_table_and_figures(lab: Lab, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    results = [run(lab, Job("similar", name, s, 0, SMALL)) for name in ("greedy", "pool") for s in range(3)]
    text = table(results, "similar")
    assert text.splitlines()[2].startswith("| greedy | 3 | ")
    assert "±" in text
    figure(results, "similar", tmp_path / "a.svg")
    figure(results, "similar", tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    figure(results, "similar", tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 500


def test_intervals() -> None:
    assert interval([2.0]) == (2.0, 0.0)
    mean, half = interval([0.0, 1.0] * 50)
    assert mean == 0.5
    assert half == pytest.approx(1.96 * 0.5025 / 10, abs=1e-3)
