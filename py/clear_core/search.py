"""The search itself: an async generator that plays a strategy against a photo service and reports as it goes.

There are no rounds here. Whenever an answer, a thumbnail or a score comes in, the strategy is asked what to do with
the room that became free, so that a slow answer delays itself and nothing else. (A strategy that wants rounds keeps
back its choices: see ``Greedy(lockstep=True)``.)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from clear_core.errors import ClearError, ModelError, Problem, ServiceError
from clear_core.features import FeatureExtractor, Features, best_classes
from clear_core.news import Beat, News
from clear_core.photos import Page, Photo, ScoredPhoto
from clear_core.pixels import decode_with_size, small
from clear_core.rng import Rng
from clear_core.scores import Pictures, Ranking, Score, ScoreError
from clear_core.services.base import PhotoService
from clear_core.strategies.base import Strategy, Task
from clear_core.updates import Budget, Ending, SearchState, Spent, Update

T = TypeVar("T")

CLASS_NAMES = 10
"""Class names of the source that become first tags, as in CLEAR."""

PAGE = 30
"""Photos that a query asks for, as in CLEAR."""

SHOWN_TAGS = 12
TOLD_EVERY = 0.1
"""Seconds between two updates at least; the first photo does not wait."""
MAX_FAULTS = 8
"""Queries, or thumbnails, that may fail in a row before the service counts as gone and the search ends."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be under way at once. Browsers open six connections a host, HTTP/2 makes more of them."""

    queries: int = 10
    photos: int = 12


async def search(
    source: NDArray[np.uint8],
    *,
    service: PhotoService,
    extractor: FeatureExtractor,
    score: Score,
    strategy: Strategy,
    budget: Budget,
    rng: Rng,
    resume: SearchState | None = None,
    seen: Pictures | None = None,
    stop: asyncio.Event | None = None,
    limits: Limits = Limits(),
) -> AsyncGenerator[Update, None]:
    """Search photos that score high against ``source`` (uint8 [side, side, 3]), until the budget is spent.

    Yields updates; the last one, and only that, has ``ended`` set. Expected faults do not raise: they are in the
    updates, and nothing found is lost by them. Closing the generator, or setting ``stop``, cancels what is under way.
    With ``resume`` a saved search goes on: what it spent counts against ``budget``. ``seen`` are pictures of
    photos that it scored: they are scored anew, for the score may be another one now.
    """
    run = _Run(service, extractor, score, strategy, budget, rng, resume or SearchState(), seen, limits)
    async with aclosing(run.updates(source, stop or asyncio.Event())) as updates:
        async for update in updates:
            yield update


@dataclass(frozen=True, slots=True)
class _Look:
    """One photo that was looked at."""

    picture: Pictures
    scores: NDArray[np.float32]
    features: Features


class _Run:
    """One search under way."""

    def __init__(
        self,
        service: PhotoService,
        extractor: FeatureExtractor,
        score: Score,
        strategy: Strategy,
        budget: Budget,
        rng: Rng,
        resume: SearchState,
        seen: Pictures | None,
        limits: Limits,
    ) -> None:
        self._service, self._extractor, self._score, self._strategy = service, extractor, score, strategy
        self._budget, self._rng, self._limits, self._resume = budget, rng, limits, resume
        self._queries: dict[asyncio.Task[list[Photo]], str] = {}
        self._photos: dict[asyncio.Task[_Look], Photo] = {}
        self._seen = seen
        self._ranking = Ranking(score)
        self._found_by: dict[str, str] = {}  # key of a photo → the tag whose query found it first
        self._asked, self._scored = resume.spent.queries, resume.spent.photos
        self._news = News()
        self._query_faults: list[Problem] = []  # in a row; the first of them tells most
        self._photo_faults: list[Problem] = []
        self._fault: Problem | None = None
        self._quota: Problem | None = None  # no more may be asked; what was found can still be looked at
        self._woken = asyncio.Event()  # something is done, or it is time for something
        self._beat = Beat(TOLD_EVERY, self._woken.set)
        self._source: Pictures
        self._clock = asyncio.get_running_loop().time
        self._begin = self._clock() - resume.spent.seconds

    async def updates(self, source: NDArray[np.uint8], stop: asyncio.Event) -> AsyncGenerator[Update, None]:
        model = self._extractor.model
        try:
            features = await self._extractor.extract(source[np.newaxis])
            self._source = Pictures.of(features, model, small(source[np.newaxis]))
            rescored = await self._score_again()
        except (ModelError, ScoreError) as error:
            yield self._update(ended="failed", problem=error.problem)
            return
        classes = tuple(best_classes(features, model, CLASS_NAMES))
        task = Task(features, model, self._budget.queries, self._budget.photos)
        self._strategy.start([guess.name for guess in classes], task)
        self._replay(rescored)
        yield self._update(classes=classes, rescored=rescored, pictures=self._source, order=await self._order() or ())

        stopped = asyncio.ensure_future(stop.wait())
        stopped.add_done_callback(self._tell)
        over = asyncio.get_running_loop().call_later(max(self._budget.seconds - self._seconds(), 0.0), self._woken.set)
        try:
            changed = True
            while (ended := self._ended(stop)) is None:
                if changed:
                    self._start_work()
                if not (self._queries or self._photos):
                    used_up = self._asked >= self._budget.queries
                    ended = "failed" if self._quota else "budget" if used_up else "exhausted"
                    self._fault = self._quota
                    break
                changed = self._collect()
                if self._news and not self._beat.is_pause:
                    self._beat.begin()
                    yield self._update(order=await self._order(self._clock()))
                elif not changed:
                    self._woken.clear()
                    await self._woken.wait()
        finally:
            over.cancel()
            stopped.cancel()
            self._beat.end()
            await self._cancel()
        order = await self._order()
        if not self._scored and not self._found_by and ended in ("budget", "exhausted"):
            self._fault, ended = Problem("nothing_found", {"service": self._service.title}), "failed"
        yield self._update(ended=ended, problem=self._fault if ended == "failed" else None, order=order)

    async def _cancel(self) -> None:
        """End everything under way, and wait until it has ended."""
        tasks: list[asyncio.Task[Any]] = [*self._queries, *self._photos]
        self._queries.clear()
        self._photos.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _score_again(self) -> dict[str, float]:
        """New scores, by key, of the photos of a saved search that pictures came with."""
        if self._seen is None or not len(self._seen):
            return {}
        scores = await self._score.score(self._seen, self._source)
        self._ranking.add(self._seen, scores)
        return {photo.key: float(score) for photo, score in zip(self._seen.photos, scores, strict=True)}

    def _replay(self, rescored: Mapping[str, float]) -> None:
        """Play a saved search to the fresh strategy."""
        for page in self._resume.pages:
            self._add_page(page.tag, list(page.photos))
        for item in self._resume.scored:
            self._strategy.observe([replace(item, score=rescored.get(item.photo.key, item.score))])

    async def _order(self, now: float | None = None) -> tuple[str, ...] | None:
        try:
            return await self._ranking.order(now)
        except ScoreError as error:
            self._fault = self._fault or error.problem
            return None

    def _ended(self, stop: asyncio.Event) -> Ending | None:
        if stop.is_set():
            return "stopped"
        if self._fault is not None:
            return "failed"
        if self._scored >= self._budget.photos or self._seconds() >= self._budget.seconds:
            return "budget"
        return None

    def _start_work(self) -> None:
        """Fill the free room with what the strategy wants, within the budget."""
        room = min(self._limits.queries - len(self._queries), self._budget.queries - self._asked)
        for tag in self._strategy.choose_tags(0 if self._quota else max(room, 0)):
            self._asked += 1
            self._news.asked.append(tag)
            query = self._service.search(tag, limit=PAGE, rng=self._rng)
            self._queries[self._begun(query)] = tag
        room = min(self._limits.photos, self._budget.photos - self._scored) - len(self._photos)
        for photo in self._strategy.choose_photos(max(room, 0)):
            self._photos[self._begun(self._score_photo(photo))] = photo

    def _begun(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        # Not asyncio.wait: it touches all that is under way whenever one thing is done.
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._tell)
        return task

    def _tell(self, done: object) -> None:
        self._woken.set()

    async def _score_photo(self, photo: Photo) -> _Look:
        data = await self._service.thumbnail(photo)
        decoded, (width, height) = decode_with_size(data, self._extractor.model.wiring.side)
        pixels = decoded[np.newaxis]
        features = await self._extractor.extract(pixels)
        if photo.width is None or photo.height is None:  # the service does not tell, but the thumbnail has its shape
            photo = replace(photo, width=width, height=height)
        picture = Pictures.of(features, self._extractor.model, small(pixels), [photo])
        scores = await self._score.score(picture, self._source)
        return _Look(picture, scores, features)

    def _collect(self) -> bool:
        """Take in what has come; False if nothing has."""
        answers = [task for task in self._queries if task.done()]
        looks = [task for task in self._photos if task.done()]
        for task in answers:
            tag = self._queries.pop(task)
            try:
                photos = task.result()
                self._query_faults.clear()
                self._news.pages.append(Page(tag, tuple(photos)))
                self._add_page(tag, photos)
            except ServiceError as error:
                self._news.problems.append(error.problem)
                self._query_faults.append(error.problem)
                if error.problem.code == "service_quota":  # it was not asked
                    self._quota = error.problem
                    self._asked -= 1
                    self._news.asked = [other for other in self._news.asked if other != tag]
                elif error.fatal:
                    self._fault = error.problem
                elif len(self._query_faults) >= MAX_FAULTS:
                    self._fault = self._query_faults[0]
                self._strategy.add_candidates(tag, ())
        for work in looks:
            photo = self._photos.pop(work)
            try:
                self._take_in(work.result())
            except (ModelError, ScoreError) as error:
                self._fault = error.problem  # the photo is not to blame, and not lost: the search can go on with it
            except ClearError as error:
                self._news.problems.append(self._photo_problem(error))
                self._strategy.skip(photo)
        return bool(answers or looks)

    def _take_in(self, look: _Look) -> None:
        (photo,) = look.picture.photos
        item = ScoredPhoto(photo, float(look.scores[0]), self._found_by[photo.key])
        self._photo_faults.clear()
        self._scored += 1
        self._strategy.observe([item], look.features)
        self._ranking.add(look.picture, look.scores)
        if self._scored == 1:
            self._beat.end()  # the first photo does not wait
        self._news.scored.append(item)
        self._news.pictures.append(look.picture)

    def _photo_problem(self, error: ClearError) -> Problem:
        """A photo that is gone or broken is no reason to end, unless it happens to one after the other."""
        if error.problem.code != "photo_missing":  # says nothing about the service
            self._photo_faults.append(error.problem)
        if isinstance(error, ServiceError) and error.fatal:
            self._fault = error.problem
        elif len(self._photo_faults) >= MAX_FAULTS:
            self._fault = self._photo_faults[0]
        return Problem("photo_lost", {"count": 1})

    def _add_page(self, tag: str, photos: list[Photo]) -> None:
        for photo in photos:
            self._found_by.setdefault(photo.key, tag)
        self._strategy.add_candidates(tag, photos)

    def _seconds(self) -> float:
        return self._clock() - self._begin

    def _update(self, **more: Any) -> Update:
        """All that has come since the last update. (The first one has the source's picture, before any photo's.)"""
        news, self._news = self._news, News()
        return Update(
            **(news.fields() | more),
            spent=Spent(self._asked, self._scored, self._seconds()),
            budget=self._budget,
            tags=tuple(self._strategy.best_tags(SHOWN_TAGS)),
        )
