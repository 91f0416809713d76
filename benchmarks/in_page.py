"""Rows that are measured in one page of the extension: boot, a picture, all cores. Every browser instance is fresh."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.table import Row, ratio
from clear_core.cli import MODEL
from clear_core.native import LiteRtExtractor
from tests.browser.driver import BrowserError, Options, Page, launch

Times = dict[str, list[float]]


@dataclass(frozen=True)
class Effort:
    """How much is measured in each browser instance."""

    boots: int = 1
    rounds: int = 12
    warm: int = 6
    slow_rounds: int = 2
    turns: int = 2
    count: int = 30


QUICK = Effort(boots=1, rounds=8, warm=5, slow_rounds=0, turns=2, count=25)


@dataclass
class Measured:
    """Raw times in milliseconds of all instances of one browser, by part and way."""

    boot: list[Times] = field(default_factory=list)
    pictures: list[Times] = field(default_factory=list)
    pools: list[Times] = field(default_factory=list)
    throughput: list[Times] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    """What a backend runs on."""

    def of(self, part: str, way: str) -> list[list[float]]:
        return [times[way] for times in getattr(self, part) if way in times]


def measure(browser_name: str, extension: Path, parts: frozenset[str], effort: Effort, into: Measured) -> None:
    """One fresh browser: everything of ``parts`` (boot, picture, cores), once."""
    with launch(browser_name, Options(extension, switches=("--enable-unsafe-swiftshader",))) as browser:
        page = browser.extension_page("bench/bench.html")
        page.wait_until("!!globalThis.bench")
        if "boot" in parts:
            into.boot.append(run(page, f"boot({effort.boots})"))
        if "picture" in parts:
            options = f"{{rounds: {effort.rounds}, warm: {effort.warm}, slowRounds: {effort.slow_rounds}}}"
            native = native_times(effort)
            answer = run(page, f"pictures({options})")
            into.pictures.append({**answer["times"], "native": native + native_times(effort)})
            into.missing.update(answer["missing"])
            into.notes.update(answer["notes"])
        if "cores" in parts:
            options = f"{{turns: {effort.turns}, count: {effort.count}}}"
            into.pools.append(run(page, f"pools({options})"))
            into.throughput.append(run(page, f"throughput({options})"))


def run(page: Page, call: str, timeout: float = 180.0) -> Any:
    """The result of a function of ``bench.js``. Raises BrowserError when it fails."""
    page.evaluate(
        f"void (globalThis.answer = null, bench.{call}.then("
        "value => { globalThis.answer = {value}; }, error => { globalThis.answer = {error: String(error)}; }))"
    )
    end = time.monotonic() + timeout
    while (answer := page.evaluate("answer")) is None:
        if time.monotonic() > end:
            raise BrowserError(f"{call} took more than {timeout:g} s")
        time.sleep(0.3)  # asking takes time from what is measured
    if "error" in answer:
        raise BrowserError(f"{call}: {answer['error']}")
    return answer["value"]


def native_times(effort: Effort) -> list[float]:
    """Milliseconds of ai-edge-litert, one thread, with the model that the extension ships."""
    extractor = LiteRtExtractor(MODEL, threads=1)
    side = extractor.model.wiring.side
    pixels = np.random.default_rng(0).integers(0, 256, (1, side, side, 3)).astype(np.uint8)
    times = []
    for turn in range(10 + 5 * effort.rounds):
        begin = time.perf_counter()
        extractor.extract_now(pixels)
        if turn >= 10:
            times.append((time.perf_counter() - begin) * 1000)
    return times


def rows(browser: str, measured: Measured) -> list[Row]:
    """The rows of one browser."""
    of, found = measured.of, []
    if measured.boot:
        found.append(
            ratio(
                "boot: engine and model ready / stock Pyodide with NumPy and Pillow",
                browser, of("boot", "ours"), of("boot", "stock"), digits=0, limit=0.40,
            )
        )  # fmt: skip
    if measured.pictures:
        ours = of("pictures", "ours")
        found += [
            ratio("a picture: ours / CLEAR's, wasm SIMD", browser, ours, of("pictures", "tfjs_wasm"), limit=0.50),
            ratio(
                "… of it the engine: float32 MobileNetV2 in LiteRT.js / in TensorFlow.js",
                browser, of("pictures", "float_litert"), of("pictures", "float_tfjs"),
            ),
            ratio(
                "… of it network and quantisation: Lite0 int8 / MobileNetV2 float32, both in LiteRT.js",
                browser, ours, of("pictures", "float_litert"),
            ),
        ]  # fmt: skip
        for backend, title in (("cpu", "CPU backend"), ("webgl", "WebGL backend")):
            theirs = of("pictures", f"tfjs_{backend}")
            if theirs:
                beside = of("pictures", f"ours_beside_{backend}")
                note = measured.notes.get(backend, "")
                found.append(
                    ratio(f"a picture: ours / CLEAR's, {title}", browser, beside, theirs, limit=0.50, note=note)
                )
            elif backend in measured.missing:
                reason = measured.missing[backend]
                found.append(Row(f"a picture: ours / CLEAR's, {title}", browser, float("nan"), note=reason))
        found.append(
            ratio(
                "a picture: ours / native ai-edge-litert, 1 thread", browser, ours, of("pictures", "native"), limit=2.5
            )
        )
    if measured.pools:
        found.append(
            _inverse("two model workers / one, pictures a second", browser, measured, "pools", ("two", "one"), 1.7)
        )
        title = "decode, resize, features on all cores / CLEAR's single thread, pictures a second"
        found.append(_inverse(title, browser, measured, "throughput", ("ours", "tfjs"), 3.0))
    return found


def _inverse(name: str, browser: str, measured: Measured, part: str, ways: tuple[str, str], limit: float) -> Row:
    """A row of pictures a second from milliseconds a picture."""
    ours, theirs = (measured.of(part, way) for way in ways)
    each = [median(b) / median(a) for a, b in zip(ours, theirs, strict=True)]
    a, b = (1000 / median(time for times in pool for time in times) for pool in (ours, theirs))
    return Row(name, browser, a / b, limit=limit, better="more", ours=f"{a:.0f}/s", theirs=f"{b:.0f}/s", each=each)
