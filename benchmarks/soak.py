"""Many searches under fault, over real HTTP: does each end in time, with all that it found, and can it go on?

    python3 build.py bench --soak [--searches 2000] [--seed 0]

The network, the services, the strategies and the search are the real ones; the stand-in injects every fault of
``tests/standin/faults.py`` at random, and is unreachable altogether now and then.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from clear_core.cli import MODEL
from clear_core.errors import Problem, in_one_line
from clear_core.native import HttpTransport, LiteRtExtractor
from clear_core.pixels import decode
from clear_core.scores import LocalScore, shipped
from clear_core.search import search
from clear_core.services import SERVICES, Terms
from clear_core.strategies import STRATEGIES
from clear_core.updates import Budget, SearchState, Update
from tests.standin import LibraryPhoto, Standin, faults, offline_library
from tests.standin.flickr import VALID_KEY
from tests.standin.images import picture

PHOTOS, SECONDS = 20, 30
QUESTIONS = {"flickr": 25, "flickr_feed": 25, "commons": 25, "openverse": 15}
"""Of one search; Openverse allows twenty a minute, and a search is not to spend its time with waiting."""
AT_ONCE = 40
GRACE = 15.0
"""Seconds beyond its budget after which a search counts as hanging; on a busy machine everything is late."""
RATES = (0.05, 0.15, 0.3, 0.6)


@dataclass
class Report:
    """What came of it. ``broken`` names, in sentences, every promise that was not kept."""

    searches: int = 0
    photos: int = 0
    questions: int = 0
    hangs: int = 0
    twice: int = 0
    lost: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    continued: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    outages: int = 0
    hosts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.injected.items()))
        return (
            f"{self.searches} searches, {self.questions} questions, {self.photos} photos scored\n"
            f"faults injected: {self.injected.total()} ({kinds}); outages: {self.outages}\n"
            f"requests by host: {dict(self.hosts)}\n"
            f"ended: {dict(self.endings)}; those that failed went on: {dict(self.continued)}\n"
            f"hangs {self.hangs}, results lost {self.lost}, shown twice {self.twice}, "
            f"promises broken {len(self.broken)}"
        )


@dataclass
class Outcome:
    """One search of the soak."""

    number: int
    service: str
    source: LibraryPhoto
    state: SearchState
    problems: list[Problem]
    last: Update | None


def soak(
    library: Sequence[LibraryPhoto], searches: int, seed: int, alone: tuple[faults.Fault, float] | None = None
) -> Report:
    """Run so many searches under fault; then let those that failed go on without faults.

    ``alone``: one fault and how often, instead of all of them and outages.
    """
    with Standin(library) as standin:
        for throttle in (standin.openverse.throttle, standin.openverse.thumbnails, standin.commons.throttle):
            throttle.limits = []  # a thousand people search from one address here
        report = asyncio.run(_Soak(standin, library, seed, alone).run(searches))
        report.hosts.update(request.host for request in standin.requests)
        return report


class _Soak:
    def __init__(
        self,
        standin: Standin,
        library: Sequence[LibraryPhoto],
        seed: int,
        alone: tuple[faults.Fault, float] | None,
    ) -> None:
        self._standin, self._library, self._alone = standin, library, alone
        self._random = random.Random(seed)
        self._outage = threading.Lock()
        self._extractor = LiteRtExtractor(MODEL, threads=2)
        self._scores: dict[tuple[str, str], float] = {}
        self.report = Report(searches=0)

    async def run(self, searches: int) -> Report:
        report = self.report
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: report.broken.append(f"unhandled: {context.get('exception') or context['message']}")
        )
        room = asyncio.Semaphore(AT_ONCE)
        weather = asyncio.ensure_future(self._weather())
        outcomes = await asyncio.gather(*(self._one(number, room) for number in range(searches)))
        weather.cancel()
        for ended in await asyncio.gather(weather, return_exceptions=True):
            if isinstance(ended, Exception):  # not a promise of ours, but what follows says nothing then
                report.broken.append(f"the weather stopped: {ended!r}")
        await asyncio.to_thread(self._outage.acquire)  # one that has begun goes on in its thread to its end
        self._standin.faults = None
        failed = [one for one in outcomes if one.last is not None and one.last.ended == "failed"]
        await asyncio.gather(*(self._go_on(one, room) for one in failed))
        return report

    def _count(self, fault: faults.Fault) -> None:
        self.report.injected[f"{fault.kind} {fault.code}" if fault.code else fault.kind] += 1

    async def _weather(self) -> None:
        """Now much goes wrong, now little, and at times there is no network."""
        if self._alone is not None:
            fault, rate = self._alone
            api, images = ([fault] if fault in kinds else [] for kinds in (faults.API_FAULTS, faults.IMAGE_FAULTS))
            self._standin.faults = faults.mixed(self._random.randrange(2**32), rate, api, images, self._count)
            return
        rules = [faults.mixed(self._random.randrange(2**32), rate, count=self._count) for rate in RATES]
        while True:
            self._standin.faults = self._random.choice(rules)
            await asyncio.sleep(self._random.uniform(2, 6))
            if self._random.random() < 0.25 or not self.report.outages:
                self.report.outages += 1
                await asyncio.to_thread(self._offline, self._random.uniform(0.2, 3))

    def _offline(self, seconds: float) -> None:
        with self._outage, self._standin.offline():
            time.sleep(seconds)

    async def _one(self, number: int, room: asyncio.Semaphore) -> Outcome:
        choose = random.Random(f"{number}")
        outcome = Outcome(
            number, choose.choice(sorted(QUESTIONS)), choose.choice(self._library), SearchState(), [], None
        )
        async with room:
            budget = Budget(QUESTIONS[outcome.service], PHOTOS, SECONDS)
            await self._search(outcome, budget, choose.choice(sorted(STRATEGIES)))
        self.report.searches += 1
        self.report.photos += outcome.state.spent.photos
        self.report.questions += outcome.state.spent.queries
        self.report.endings[str(outcome.last and outcome.last.ended)] += 1
        return outcome

    async def _go_on(self, outcome: Outcome, room: asyncio.Semaphore) -> None:
        before = {item.photo.key for item in outcome.state.scored}
        async with room:
            spent = outcome.state.spent
            budget = Budget(spent.queries + QUESTIONS[outcome.service], PHOTOS + 5, spent.seconds + SECONDS)
            await self._search(outcome, budget, "pool")
        assert outcome.last is not None
        self.report.continued[str(outcome.last.ended)] += 1
        if outcome.last.ended == "failed" and outcome.last.problem and outcome.last.problem.code != "nothing_found":
            self._break(outcome, f"did not go on: {outcome.last.problem}")
        if not before <= {item.photo.key for item in outcome.state.scored}:
            self._break(outcome, "lost photos when it went on")

    async def _search(self, outcome: Outcome, budget: Budget, strategy: str) -> None:
        address = ("127.0.0.1", self._standin.https_port)
        rng = np.random.default_rng(outcome.number)
        outcome.problems.clear()
        begin, ended, scored = time.monotonic(), 0, 0
        try:
            async with (
                asyncio.timeout(budget.seconds - outcome.state.spent.seconds + GRACE),
                HttpTransport(connect_to=address, ca_file=self._standin.ca_file) as transport,
            ):
                async for update in search(
                    decode(await asyncio.to_thread(picture, outcome.source), self._extractor.model.wiring.side),
                    service=SERVICES[outcome.service](transport, Terms(VALID_KEY)),
                    extractor=self._extractor,
                    score=LocalScore(shipped("exponential")),
                    strategy=STRATEGIES[strategy](rng),
                    budget=budget,
                    rng=rng,
                    resume=outcome.state,
                ):
                    outcome.state = outcome.state.extended(update)
                    outcome.problems += update.problems
                    outcome.last = update
                    ended += update.ended is not None
                    scored += len(update.scored)
        except TimeoutError:
            self.report.hangs += 1
            return self._break(outcome, f"hung for {time.monotonic() - begin:.0f} s")
        self._check(outcome, budget, ended)

    def _check(self, outcome: Outcome, budget: Budget, ended: int) -> None:
        state, last = outcome.state, outcome.last
        if ended != 1 or last is None or last.ended is None:
            return self._break(outcome, f"had {ended} endings")
        keys = [item.photo.key for item in state.scored]
        if len(keys) != len(set(keys)):
            self.report.twice += len(keys) - len(set(keys))
            self._break(outcome, "scored a photo twice")
        if last.spent.photos != len(keys):
            self.report.lost += last.spent.photos - len(keys)
            self._break(outcome, f"counted {last.spent.photos} photos and gave {len(keys)}")
        if last.spent.queries > budget.queries or last.spent.photos > budget.photos:
            self._break(outcome, f"spent {last.spent} of {budget}")
        if SearchState.from_dict(json.loads(state.to_json())) != state:
            self._break(outcome, "cannot be saved")
        if last.ended == "failed" and (last.problem is None or "{" in str(last.problem)):
            self._break(outcome, f"failed without a sentence: {last.problem}")
        survived = [problem for problem in outcome.problems if problem != last.problem]
        if bool(survived) != bool(in_one_line(survived, last.spent.queries)):
            self._break(outcome, f"did not say what went wrong: {survived}")
        for item in state.scored:
            if item.photo.fallback_url is not None:
                continue  # when its file was lost it was scored from a smaller one
            key = (outcome.source.id, item.photo.thumbnail_url)
            if not np.isclose(self._scores.setdefault(key, item.score), item.score):
                self._break(outcome, f"scored a spoilt picture: {item.photo.thumbnail_url}")

    def _break(self, outcome: Outcome, what: str) -> None:
        self.report.broken.append(f"search {outcome.number} ({outcome.service}, {outcome.source.path.stem}) {what}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="build.py bench --soak", description=__doc__)
    parser.add_argument("--searches", type=int, default=2000, help="[%(default)s]")
    parser.add_argument("--seed", type=int, default=0, help="[%(default)s]")
    options = parser.parse_args(arguments)
    begin = time.monotonic()
    report = soak(offline_library(), options.searches, options.seed)
    print(report, *report.broken[:40], f"{time.monotonic() - begin:.0f} s", sep="\n")
    return 1 if report.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
