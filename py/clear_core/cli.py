"""``clear search photo.jpg``: the search of the extension, at the command line."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from clear_core.errors import ClearError, ModelError, Problem, in_one_line
from clear_core.evaluation.cli import add_parser as add_evaluate
from clear_core.evaluation.cli import evaluate
from clear_core.features import ClassGuess, FeatureExtractor, Model, Pixels
from clear_core.photos import ScoredPhoto, ranked
from clear_core.pixels import decode, small
from clear_core.quota_file import QuotaFile, default_place
from clear_core.report import html_page
from clear_core.rng import Rng, SmallRng
from clear_core.scores import SHIPPED, Given, LocalScore, Marked, Pictures, Recipe, Score, shipped
from clear_core.search import Limits, search
from clear_core.services import MANNERS, SERVICES, PhotoService, Terms
from clear_core.services.folder import Folder
from clear_core.strategies import STRATEGIES, WITH_VECTORS, Pool, Strategy, TagMemory, WordVectors
from clear_core.updates import Budget, Update

MODELS = Path(__file__).parents[2] / "extension" / "vendor" / "models"
"""Where ``build.py build`` puts the networks, a folder each."""

MODEL = MODELS / "efficientnet_lite0_176"
"""The default network."""

VECTORS = Path(__file__).parents[2] / ".build" / "word_vectors.npz"
"""Where ``build.py vectors`` puts what Tiara needs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Returns 0 when photos were found, 1 when the search failed, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    if options.command == "evaluate":
        return evaluate(options)
    try:
        return asyncio.run(_search(options))
    except ClearError as error:
        print(f"clear: {error}", file=sys.stderr)
    except OSError as error:
        print(f"clear: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("clear: stopped", file=sys.stderr)
    return 2


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    """Reads a number above zero."""

    def number(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(0)
        if not value > 0:  # "nan", too
            raise argparse.ArgumentTypeError(f"{text} is no {'whole ' * (kind is int)}number above 0")
        return value

    return number


def _parser() -> argparse.ArgumentParser:
    budget = Budget()
    parser = argparse.ArgumentParser(prog="clear", description="User-side image search.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_evaluate(commands, MODEL)
    command = commands.add_parser(
        "search", help="find photos similar to a picture", description="Find photos similar to a picture."
    )
    command.add_argument("picture", type=Path, metavar="PHOTO", help="the picture file to search with")
    command.add_argument("--out", type=Path, default=Path("results.html"), help="page to write [%(default)s]")
    command.add_argument(
        "--service", choices=sorted([*SERVICES, Folder.name]), help="[flickr with a key, else flickr_feed]"
    )
    command.add_argument("--folder", type=Path, metavar="DIR", help="your own tagged photos (--service folder)")
    command.add_argument(
        "--key", default=os.environ.get("FLICKR_API_KEY", ""), help="your Flickr API key [$FLICKR_API_KEY]"
    )
    command.add_argument(
        "--days",
        type=_positive(int),
        help="only photos uploaded in the last so many days (flickr with a key) [whenever]",
    )
    command.add_argument(
        "--score", default="exponential", metavar="NAME|FILE", help=f"{', '.join(SHIPPED)}, or a file.py [%(default)s]"
    )
    command.add_argument("--class", dest="class_name", metavar="NAME", help="the class for one_class, as in “tiger”")
    command.add_argument("--other", type=Path, metavar="PHOTO", help="the picture for not_like_this")
    command.add_argument("--like", type=Path, nargs="+", default=[], metavar="PHOTO", help="♥ for my_taste")
    command.add_argument("--dislike", type=Path, nargs="+", default=[], metavar="PHOTO", help="✕ for my_taste")
    command.add_argument(
        "--strategy", choices=sorted([*STRATEGIES, *WITH_VECTORS]), default="pool", help="[%(default)s]"
    )
    command.add_argument("--memory", type=Path, metavar="FILE", help="tag memory to learn from and to add to (pool)")
    command.add_argument("--vectors", type=Path, metavar="FILE", help="word vectors (tiara and tiara_s)")
    queries = f"{budget.queries}; openverse: {MANNERS['openverse'].queries}"
    command.add_argument("--queries", type=_positive(int), help=f"[{queries}]")
    command.add_argument("--photos", type=_positive(int), default=budget.photos, help="photos to score [%(default)s]")
    command.add_argument("--seconds", type=_positive(float), default=budget.seconds, help="[%(default)s]")
    command.add_argument("--seed", type=int, help="for the same choices again [a fresh one]")
    command.add_argument(
        "--model", default=MODEL.name, metavar="NAME|FOLDER|FILE.tflite", help="network to compare with [%(default)s]"
    )
    command.add_argument(
        "--pixels",
        choices=["0..255", "0..1", "-1..1"],
        default="-1..1",
        help="range that a FILE.tflite with float32 input wants [%(default)s]",
    )
    command.add_argument("--connect-to", metavar="HOST:PORT", help="send all requests there (a local stand-in)")
    command.add_argument("--ca-file", type=Path, help="certificate authority to trust besides")
    return parser


async def _search(options: argparse.Namespace) -> int:
    from clear_core.native import DiskFiles, HttpTransport  # slow to import, not needed for --help

    extractor = _extractor(options.model, options.pixels)
    source = decode(options.picture.read_bytes(), extractor.model.wiring.side)
    rng = SmallRng(options.seed)
    memory = _read_memory(options.memory, extractor.model)
    strategy = _strategy(options, rng, memory)
    score = await _score(options, extractor)
    name = _service_name(options)
    classes: tuple[ClassGuess, ...] = ()
    scored: list[ScoredPhoto] = []
    order: tuple[str, ...] = ()
    problems: list[Problem] = []
    update: Update | None = None
    async with HttpTransport(
        connect_to=_address(options.connect_to),
        ca_file=options.ca_file,
        quota=QuotaFile(default_place()),
        on_wait=_show_wait,
    ) as transport:
        terms = Terms(options.key, options.days)
        service: PhotoService = (
            Folder(DiskFiles(options.folder)) if name == Folder.name else SERVICES[name](transport, terms)
        )
        async for update in search(
            source,
            service=service,
            extractor=extractor,
            score=score,
            strategy=strategy,
            budget=Budget(options.queries or MANNERS[name].queries, options.photos, options.seconds),
            rng=rng,
            limits=Limits(queries=MANNERS[name].at_once),
        ):
            classes = update.classes or classes
            scored.extend(update.scored)
            order = update.order or order
            problems.extend(update.problems)
            _show(update)
    assert update is not None  # a search ends with an update
    if memory is not None:
        options.memory.write_bytes(memory.to_bytes())
    print(file=sys.stderr)
    if scored:
        best = ranked(scored, order)
        options.out.write_text(html_page(source, classes, update.tags, best), encoding="utf-8")
        _print_best(best)
        print(f"All results: {options.out}")
    if hitches := in_one_line(problems, update.spent.queries):
        print(f"clear: {hitches}", file=sys.stderr)
    if update.problem:
        print(f"clear: {update.problem}", file=sys.stderr)
    return 0 if scored else 1


def _extractor(model: str, pixels: Pixels) -> FeatureExtractor:
    """The network that is called so, or lies there. Raises ModelError."""
    from clear_core.native import LiteRtExtractor, OwnExtractor

    threads = os.cpu_count() or 1
    if model.endswith(".tflite"):
        return OwnExtractor(Path(model), MODEL, pixels, threads=threads)
    folder = MODELS / model if (MODELS / model / "model.json").is_file() else Path(model)
    if not (folder / "model.json").is_file():
        raise ModelError("model_missing", name=model)
    return LiteRtExtractor(folder, threads=threads)


def _service_name(options: argparse.Namespace) -> str:
    """What was asked for, else what can be asked. Ends the program when a folder is wanted and there is none."""
    if options.folder is not None and options.service in (None, Folder.name):
        if not options.folder.is_dir():
            raise SystemExit(f"clear: --folder takes a folder; “{options.folder}” is none")
        return Folder.name
    if options.service == Folder.name or options.folder is not None:
        raise SystemExit("clear: --service folder and --folder DIR go together")
    return str(options.service or ("flickr" if options.key else "flickr_feed"))


def _read_memory(file: Path | None, model: Model) -> TagMemory | None:
    """The tag memory of ``file``, an empty one if there is no such file yet, None if none is wanted."""
    if file is None:
        return None
    return TagMemory.for_model(file.read_bytes() if file.exists() else b"", model)


def _strategy(options: argparse.Namespace, rng: Rng, memory: TagMemory | None) -> Strategy:
    if options.strategy in WITH_VECTORS:
        vectors = options.vectors or (VECTORS if VECTORS.is_file() else None)
        if vectors is None:
            raise SystemExit(
                f"clear: {options.strategy} needs word vectors: give --vectors FILE (python3 build.py vectors makes it)"
            )
        return WITH_VECTORS[options.strategy](rng, WordVectors.load(vectors))
    if options.strategy == "pool":
        return Pool(rng, memory=memory)
    return STRATEGIES[options.strategy](rng)


async def _score(options: argparse.Namespace, extractor: FeatureExtractor) -> Score:
    """The score that was asked for, with what it may ask for in its turn. Raises ScoreError, PictureError, OSError."""
    name, _, class_name = options.score.partition(":")
    class_name = class_name or options.class_name
    if options.score.endswith(".py"):
        recipe = Recipe(Path(options.score).stem, Path(options.score).read_text(encoding="utf-8"))
        class_name = options.class_name
    elif name in SHIPPED:
        recipe = shipped(name)
    else:
        known = ", ".join(SHIPPED)
        raise SystemExit(f"clear: there is no score “{name}”: give one of {known}, or a Python file (my.py)")
    if class_name and class_name not in extractor.model.classes:
        near = ", ".join(get_close_matches(class_name, extractor.model.classes)) or "tiger, balloon, espresso"
        raise SystemExit(f"clear: the network has no class “{class_name}”; it has, for example: {near}")

    async def look(files: Sequence[Path]) -> Pictures:
        pixels = np.stack([decode(file.read_bytes(), extractor.model.wiring.side) for file in files])
        return Pictures.of(await extractor.extract(pixels), extractor.model, small(pixels))

    marks = [*options.like, *options.dislike]
    liked = np.arange(len(marks)) < len(options.like)
    given = Given(
        class_name=class_name,
        other=await look([options.other]) if options.other else None,
        marked=Marked((await look(marks)).embedding, liked) if marks else None,
    )
    return LocalScore(recipe, given)


def _address(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise SystemExit(f"clear: --connect-to takes HOST:PORT, not “{text}”")
    return host, int(port)


def _show(update: Update) -> None:
    """Progress on one line of the terminal."""
    if update.classes:
        names = ", ".join(f"{guess.name} {guess.probability:.0%}" for guess in update.classes[:5])
        print(f"The network sees: {names}", file=sys.stderr)
    spent, budget = update.spent, update.budget
    best = ", ".join(f"{_printable(tag.tag)} {tag.mean:.3g}" for tag in update.tags[:3])
    line = f"{spent.queries}/{budget.queries} queries, {spent.photos}/{budget.photos} photos, best tags: {best}"
    print(f"\r{line:<110.110}", end="", file=sys.stderr, flush=True)


def _show_wait(service: str, seconds: float) -> None:
    text = f"{service}: only so many are answered a minute; the next in {seconds:.0f} s."
    print(f"\r{text:<110.110}", end="", file=sys.stderr, flush=True)


def _print_best(best: Sequence[ScoredPhoto]) -> None:
    for item in best[:10]:
        photo = item.photo
        words = _printable(f"{photo.title or 'Untitled'} [{' '.join(photo.tags[:8])}]")
        print(f"{item.score:10.4g}  {photo.page_url}  {words}")


def _printable(text: str) -> str:
    """Strangers' text without the control characters that could drive a terminal."""
    return "".join(character for character in text if character.isprintable())


if __name__ == "__main__":
    sys.exit(main())
