"""``clear evaluate``: measure strategies on a corpus of tagged photos."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clear_core.evaluation.corpus import Corpus, EvaluationError
from clear_core.evaluation.protocols import (
    COSINE,
    MEMORY,
    PAPER_BUDGET,
    PAPER_CLASSES,
    SCORES,
    Job,
    Lab,
    halves,
    strategy_names,
)
from clear_core.evaluation.simulation import Rules, TagService
from clear_core.strategies import WITH_VECTORS, WordVectors

SHOWN_PROBLEMS = 10
MEMORIES = 4
EARLIER_SEARCHES = 20


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser], model: Path) -> None:
    """Add ``evaluate`` to the commands of ``clear``; ``model`` is the folder of the default model."""
    text = "Measure strategies on a corpus of tagged photos."
    command = commands.add_parser("evaluate", help=text[0].lower() + text[1:-1], description=text)
    command.add_argument("corpus", type=Path, metavar="FOLDER", help="folder with photos.jsonl and its images")
    command.add_argument("--protocol", choices=("similar", "paper"), default="similar", help="[%(default)s]")
    command.add_argument(
        "--strategies", default="greedy,pool", help=f"names with commas, of {', '.join(strategy_names())} [%(default)s]"
    )
    command.add_argument("--alpha", default="", help="values with commas for Tiara's and UCB's alpha, and for epsilon")
    command.add_argument("--score", choices=SCORES, default=COSINE, help="similar: [%(default)s]")
    command.add_argument("--queries", type=int, default=110, help="similar: [%(default)s]")
    command.add_argument("--photos", type=int, default=110, help="similar: photos to score [%(default)s]")
    command.add_argument("--sources", type=int, default=100, help="similar: source images [%(default)s]")
    command.add_argument("--half", choices=("report", "tune"), default="report", help="half of sources [%(default)s]")
    command.add_argument("--seeds", type=int, default=1, help="searches of each source or class [%(default)s]")
    command.add_argument("--seed", type=int, default=0, help="the first seed [%(default)s]")
    command.add_argument("--vectors", type=Path, help="word vectors, for tiara and tiara_s")
    command.add_argument("--model", type=Path, default=model, help="folder of the model [the built one]")
    command.add_argument("--cache", type=Path, help="folder for features [~/.cache/clear-search]")
    command.add_argument("--out", type=Path, default=Path("evaluation"), help="folder for results [%(default)s]")
    command.add_argument("--backend", choices=("joblib", "dask"), default="joblib", help="[%(default)s]")
    command.add_argument("--workers", type=int, default=-1, help="joblib: processes [all cores]")
    command.add_argument("--scheduler", default="", metavar="ADDRESS", help="dask: the scheduler, as tcp://HOST:PORT")


def evaluate(options: argparse.Namespace) -> int:
    """Run the command. Returns 0; 2 with a sentence on stderr when it cannot be done; 130 after Ctrl-C."""
    try:
        return _evaluate(options)
    except (EvaluationError, ValueError) as error:
        print(f"clear: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"clear: {error.name} is not installed; evaluations need it: pip install {error.name}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\nclear: stopped; what is done is in {options.out} and is taken up next time", file=sys.stderr)
        return 130
    return 2


def _evaluate(options: argparse.Namespace) -> int:
    names = _names(options)
    from clear_core.evaluation.cache import load_corpus
    from clear_core.evaluation.report import figure, table
    from clear_core.evaluation.sweep import learn_memories, sweep

    corpus, problems = load_corpus(options.corpus, options.model, options.cache)
    _show(problems, len(corpus))
    lab = Lab(corpus, TagService(corpus.photos), _vectors(options.vectors))
    if MEMORY in names:
        lab = Lab(lab.corpus, lab.service, lab.vectors, learn_memories(lab, _earlier(corpus), options.seed))
    jobs = _jobs(options, names, corpus)
    what = "paper" if options.protocol == "paper" else f"similar-{options.score}-{options.queries}-{options.photos}"
    name = f"{what}-{len(corpus)}-{corpus.fingerprint}"
    results = sweep(
        lab,
        jobs,
        options.out / f"{name}.jsonl",
        backend=options.backend,
        workers=options.workers,
        scheduler=options.scheduler,
    )
    text = table(results, options.protocol)
    (options.out / f"{name}.md").write_text(text, encoding="utf-8")
    for kind in ("svg", "png"):
        figure(results, options.protocol, options.out / f"{name}.{kind}")
    print(text)
    print(f"Table and figures: {options.out / name}.md, .svg, .png")
    return 0


def _names(options: argparse.Namespace) -> list[str]:
    names = [name.strip() for name in options.strategies.split(",") if name.strip()]
    for name in names:
        if name not in strategy_names():
            raise EvaluationError(f"There is no strategy “{name}”. Known are: {', '.join(strategy_names())}.")
        if name in WITH_VECTORS and options.vectors is None:
            raise EvaluationError(
                f"{name} needs word vectors: give --vectors FILE (python3 build.py vectors makes it)."
            )
    if min(options.queries, options.photos, options.sources, options.seeds) < 1:
        raise EvaluationError("--queries, --photos, --sources and --seeds must be 1 at least.")
    if options.backend == "dask" and not options.scheduler:
        raise EvaluationError("--backend dask needs --scheduler ADDRESS, as tcp://HOST:PORT.")
    if options.protocol == "paper" and MEMORY in names:
        raise EvaluationError(f"The paper's protocol has no source image, so {MEMORY} is not for it: use pool.")
    return names


def _jobs(options: argparse.Namespace, names: list[str], corpus: Corpus) -> list[Job]:
    alphas = [float(alpha) for alpha in options.alpha.split(",") if alpha.strip()]
    seeds = range(options.seed, options.seed + options.seeds)
    if options.protocol == "paper":
        targets, rules = PAPER_CLASSES, Rules(PAPER_BUDGET, PAPER_BUDGET, 1, 1)
    else:
        targets = halves(corpus)[options.half == "report"][: options.sources]
        rules = Rules(options.queries, options.photos)
    return [
        Job(options.protocol, name, target, seed, rules, options.score, alpha, memory)
        for name in names
        for alpha in (alphas if _takes_alpha(name) and alphas else [None])
        for place, target in enumerate(targets)
        for memory in ([place % MEMORIES] if name == MEMORY else [None])
        for seed in seeds
    ]


def _takes_alpha(name: str) -> bool:
    return name in WITH_VECTORS or name.startswith(("ucb", "epsilon"))


def _earlier(corpus: Corpus) -> list[tuple[int, ...]]:
    """Sources of earlier searches, from the tuning half: never one that is reported."""
    others = halves(corpus)[0][-MEMORIES * EARLIER_SEARCHES :]
    return [others[group::MEMORIES] for group in range(MEMORIES)]


def _vectors(file: Path | None) -> WordVectors | None:
    if file is None:
        return None
    try:
        return WordVectors.load(file)
    except (OSError, ValueError, KeyError) as error:
        raise EvaluationError(f"{file} holds no word vectors ({error}).") from error


def _show(problems: list[str], photos: int) -> None:
    if problems:
        print(f"{len(problems)} photos are left out, {photos} are used:", file=sys.stderr)
        for problem in problems[:SHOWN_PROBLEMS]:
            print(f"  {problem}", file=sys.stderr)
        if len(problems) > SHOWN_PROBLEMS:
            print(f"  and {len(problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
