"""Rows of whole searches with the extension as shipped, by its menu and its popup, against the local stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median

from benchmarks.clear_schedule import Course, clear_search
from benchmarks.memory import collect_garbage, megabytes
from benchmarks.table import Row
from benchmarks.watched import Seen, watch
from clear_core.cli import MODEL
from clear_core.native import LiteRtExtractor
from tests.browser.clear import Clear
from tests.browser.driver import Options, launch
from tests.demo import choose
from tests.standin import LibraryPhoto, Standin, load_corpus, offline_library
from tests.standin.images import photo_file
from tests.standin.images import picture as picture_file
from tests.standin.server import Latency

ROOT = Path(__file__).parents[1]
LATENCY = Latency(query=0.15, thumbnail=0.08)
THUMBNAIL = "n"
"""The size that a search asks for, of 320 pixels."""
WARM = 4
"""Searches with a warm engine in each browser: how fast a search finds the best depends on its source."""


# The page of the first steps, which opens by itself. Its memory is no search's.
CLOSE_FIRST_PAGE = """(async () => {
  const {tabs} = globalThis.browser ?? chrome;
  const open = (await tabs.query({})).filter(({url}) => url?.endsWith('/welcome/welcome.html'));
  await tabs.remove(open.map(({id}) => id));
})()"""


@dataclass
class Searches:
    """What was seen of the searches of one browser."""

    cold: list[Seen] = field(default_factory=list)
    warm: list[Seen] = field(default_factory=list)
    clear: list[Course] = field(default_factory=list)
    """CLEAR's, with the pictures of ``warm``, and with an engine that is ready, too."""


@contextmanager
def extension_over(browser_name: str, extension: Path, standin: Standin) -> Iterator[Clear]:
    """The extension in a fresh browser, over a stand-in."""
    with launch(browser_name, Options(extension, hosts=standin.hosts, trusted=standin.spki)) as browser:
        yield Clear(browser, standin, ROOT / "dist" / "screenshots")


@contextmanager
def running_standin(copies: int = 1) -> Iterator[Standin]:
    """The offline library; with ``copies`` so many times as large, every photo under other identifiers."""
    library = offline_library()
    photos = [
        photo if copy == 0 else replace(photo, id=str(int(photo.id) + copy * 10**11))
        for copy in range(copies)
        for photo in library
    ]
    with _standin(photos, dict(choose(library, 12)) | sources(library)) as standin:
        yield standin


@contextmanager
def held_out(corpus: Path | None = None) -> Iterator[tuple[Standin, dict[str, LibraryPhoto]]]:
    """The offline library, or a tagged corpus, without some sources; and those, by name.

    As in ``clear evaluate``: what is looked for is alike, not the same. A photo that is the source itself scores so
    high that the mean of the ten best would say little but whether it was found.
    """
    library = offline_library() if corpus is None else load_corpus(corpus)
    chosen = sources(library)
    out = {photo.id for photo in chosen.values()}
    photos = [photo for photo in library if photo.id not in out]
    with _standin(photos, chosen) as standin:
        for photo in photos:  # made before they are asked for: a service has cores of its own
            photo_file({photo.id: photo}, photo.file_path(THUMBNAIL))
        yield standin, chosen


@contextmanager
def _standin(photos: Sequence[LibraryPhoto], pictures: Mapping[str, LibraryPhoto]) -> Iterator[Standin]:
    with Standin(photos, latency=LATENCY) as standin:
        for name, photo in pictures.items():
            standin.add_page(f"/pictures/{name}.jpg", picture_file(photo), "image/jpeg")
        yield standin


def sources(library: Sequence[LibraryPhoto]) -> dict[str, LibraryPhoto]:
    """Twenty-four photos at equal distances, by name, so that nobody has chosen them."""
    return {photo.path.stem: photo for photo in library[:: len(library) // 23]}


def measure(
    browser_name: str,
    extension: Path,
    over: tuple[Standin, Mapping[str, LibraryPhoto]],
    instance: int,
    seconds_per_picture: float,
    into: Searches,
) -> None:
    """One fresh browser: a search from a cold start, some with a warm engine, and CLEAR's beside those."""
    standin, pictures = over
    all_sources = list(pictures.items())
    extractor = LiteRtExtractor(MODEL, threads=2)
    first = (1 + WARM) * instance
    cold, *warm = (all_sources[(first + i) % len(all_sources)] for i in range(1 + WARM))
    with extension_over(browser_name, extension, standin) as clear:
        into.cold.append(_search(clear, cold[0]))
        for name, photo in warm:
            into.warm.append(_search(clear, name))
            theirs = clear_search(standin, picture_file(photo), extractor, seconds_per_picture, instance)
            into.clear.append(theirs)


def _search(clear: Clear, name: str) -> Seen:
    seen, popup = watch(clear, f"/pictures/{name}.jpg")
    popup.close()
    return seen


def rows(browser: str, found: Searches) -> list[Row]:
    """The rows of one browser's searches."""

    def seconds(name: str, values: list[float], limit: float | None = None) -> Row:
        return Row(name, browser, median(values), unit="s", limit=limit, each=values)

    pairs = list(zip(found.warm, found.clear, strict=True))
    quality = [ours.quality / theirs.quality for ours, theirs in pairs]
    reached = [ours.best(0.999 * theirs.quality) for ours, theirs in pairs]
    until_end = [at / theirs.end for at, (_, theirs) in zip(reached, pairs, strict=True)]
    until_had = [at / theirs.best(theirs.quality) for at, (_, theirs) in zip(reached, pairs, strict=True)]
    ours_at, theirs_at = median(reached), median(theirs.end for _, theirs in pairs)
    return [
        seconds("click → first photo on the screen, cold", [one.first_photo for one in found.cold], 2.0),
        seconds("click → first photo on the screen, engine warm", [one.first_photo for one in found.warm], 0.7),
        seconds("click → 110 scored (or all there are), cold", [one.steps[-1][0] for one in found.cold]),
        seconds("click → 110 scored (or all there are), engine warm", [one.steps[-1][0] for one in found.warm]),
        seconds("click → end, cold", [one.end for one in found.cold]),
        seconds("click → end, engine warm", [one.end for one in found.warm]),
        seconds("CLEAR's schedule, engine ready → first photo scored", [one.first for one in found.clear]),
        seconds("CLEAR's schedule, engine ready → end", [one.end for one in found.clear]),
        Row("ten best as good as CLEAR's at its end: our time from the click / its whole time", browser,
            median(until_end), limit=0.25, ours=f"{ours_at:.2f} s", theirs=f"{theirs_at:.2f} s", each=until_end),
        Row("… / its time until it had them, which nobody knows before the end", browser, median(until_had),
            each=until_had),
        Row("mean score of the ten best at the end: ours / CLEAR's", browser, median(quality), limit=1.0, better="more",
            each=quality),
    ]  # fmt: skip


# -- growth, long tasks, memory


def growth(browser_name: str, extension: Path, largest: int) -> list[Row]:
    """Seconds a photo of searches with 110 … ``largest`` photos, what held the page up, and memory."""
    sizes = [size for size in (110, 500, 2000) if size <= largest]
    per_photo: list[float] = []
    found: list[Row] = []
    with running_standin(copies=8) as standin, extension_over(browser_name, extension, standin) as clear:
        standin.latency = Latency()
        clear.browser.background(CLOSE_FIRST_PAGE)
        for size in sizes:
            budget = f"{{queries: {max(110, size // 2)}, photos: {size}, seconds: 600}}"
            clear.browser.background(f"(globalThis.browser ?? chrome).storage.local.set({{budget: {budget}}})")
            peak = Peak(clear)
            seen, popup = watch(clear, "/pictures/tiger.jpg", timeout=300, meanwhile=peak)
            scored = seen.steps[-1][1]
            begin = seen.steps[0]
            per_photo.append((seen.steps[-1][0] - begin[0]) / max(1, scored - begin[1]) * 1000)
            if size == 500:
                while_scoring = [length for at, length in seen.long_tasks if at > 1.0]
                worst = max(while_scoring, default=0.0)
                found.append(Row("longest task of the page while scoring 500 photos", browser_name, worst, unit="ms",
                                 limit=50, each=sorted(while_scoring)[-5:]))  # fmt: skip
            if size == 500:
                found.append(Row("memory of the extension's process, 500 photos: peak", browser_name, peak.highest,
                                 unit="MB", limit=400))  # fmt: skip
                collect_garbage(clear.browser)
                found.append(Row("… at the end of the search, garbage collected", browser_name,
                                 megabytes(clear.browser), unit="MB"))  # fmt: skip
            popup.close()
    each = [value / per_photo[0] for value in per_photo]
    title = f"ms a photo: {sizes[-1]} photos / 110"
    found.append(Row(title, browser_name, each[-1], limit=1.3, ours=f"{per_photo[-1]:.1f} ms",
                     theirs=f"{per_photo[0]:.1f} ms", each=each))  # fmt: skip
    return found


class Peak:
    """The most memory that was seen."""

    def __init__(self, clear: Clear) -> None:
        self._clear = clear
        self.highest = 0.0

    def __call__(self) -> None:
        self.highest = max(self.highest, megabytes(self._clear.browser))


def in_a_row(browser_name: str, extension: Path, count: int) -> list[Row]:
    """Memory after each of so many searches, one popup after the other, without what is garbage already."""
    after = []
    with running_standin() as standin, extension_over(browser_name, extension, standin) as clear:
        standin.latency = Latency()
        clear.browser.background(CLOSE_FIRST_PAGE)
        for name in islice(cycle(sources(offline_library())), count):
            _search(clear, name)
            time.sleep(0.5)
            collect_garbage(clear.browser)
            after.append(megabytes(clear.browser))
    early, late = mean(after[count // 4 : count // 2]), mean(after[-count // 4 :])
    return [Row(f"memory after {count} searches / after {count // 2}", browser_name, late / early, limit=1.1,
                ours=f"{late:.0f} MB", theirs=f"{early:.0f} MB", each=after)]  # fmt: skip
