"""The core inside Pyodide: the only file that knows JavaScript.

``extension/engine/worker.js`` calls :func:`run_search` with a bridge, an object whose methods are the network (fetch),
the pool of model workers, and the way back to the page. Everything that crosses is a string, a number or bytes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from js import Object, Uint8Array
from numpy.typing import NDArray
from pyodide.ffi import JsException, to_js

from clear_core.errors import ClearError, ModelError, ServiceError
from clear_core.features import Features, Model
from clear_core.own_model import TensorFacts, described, trial_pictures, wire
from clear_core.photos import Photo
from clear_core.pixels import decode, small
from clear_core.rng import Rng, SmallRng
from clear_core.scores import Given, LocalScore, Marked, Pictures, Score, ScoreError, joined, shipped
from clear_core.search import Limits, search
from clear_core.services import (
    MANNERS,
    SERVICES,
    Limit,
    PhotoService,
    Response,
    Terms,
    TransportError,
    TransportTimeout,
)
from clear_core.services.folder import Folder
from clear_core.strategies import STRATEGIES, WITH_VECTORS, Excluding, Pool, Strategy, TagMemory, WordVectors
from clear_core.updates import Budget, SearchState, Spent, Update, photo_from

SHOWN_FAMILIAR, SHOWN_NAMES = 24, 200
"""Most familiar tags that the page is told of, and names looked through for them (title words are names too)."""

PULSE_BYTES = 4_000_000

_stop: asyncio.Event | None = None


async def run_search(request_json: str, picture: Any, bridge: Any) -> None:
    """Search as ``request_json`` says (see ``extension/types.d.ts``, SearchRequest) and send every update.

    ``picture`` is a Uint8Array with the file. Expected faults end in an update; anything else raises.
    """
    global _stop
    request = json.loads(request_json)
    budget = Budget(**request["budget"])
    _stop = asyncio.Event()
    model = Model.from_json(bridge.model())
    try:
        source = decode(picture.to_bytes(), model.wiring.side)
    except ClearError as error:
        _send(Update(Spent(), budget, ended="failed", problem=error.problem), bridge)
        return
    extractor = PoolExtractor(bridge, model)
    try:
        score = await _score(request["score"], source, extractor, bridge)
    except ClearError as error:
        _send(Update(Spent(), budget, ended="failed", problem=error.problem), bridge)
        return
    rng = SmallRng(request["seed"])
    memory = _memory(request, bridge, model)
    updates = search(
        source,
        service=_service(request, bridge),
        extractor=extractor,
        score=score,
        strategy=Excluding(await _strategy(request["strategy"], rng, memory, bridge), request["excluded"]),
        budget=budget,
        rng=rng,
        limits=Limits(queries=MANNERS[request["service"]].at_once),
        resume=SearchState.from_dict(request["resume"]) if request["resume"] else None,
        seen=_seen(request["seen"], bridge, model),
        stop=_stop,
    )
    async for update in updates:
        _send(update, bridge)
    if memory is not None:
        _tell_learned(memory, bridge)


def _send(update: Update, bridge: Any) -> None:
    bridge.update(_utf8(update.to_json()), _bytes(update.pictures.to_records()) if update.pictures else None)


async def describe_model(name: str, title: str, pixels: str, bridge: Any) -> str:
    """A network of the user's own as ``model.json``, or what is wrong with it, as JSON {model, problem}.

    ``bridge.facts()`` tells its tensors and the class names, ``bridge.wire(wiring)`` makes it ready to ``extract``.
    """
    facts = json.loads(bridge.facts())
    try:
        if "error" in facts:
            raise ModelError("model_unreadable", message=facts["error"])
        inputs, outputs = ([_tensor(one) for one in facts[kind]] for kind in ("inputs", "outputs"))
        wiring, size = wire(inputs, outputs, pixels)  # type: ignore[arg-type]  # one of Pixels, from the settings page
        await bridge.wire(json.dumps(dataclasses.asdict(wiring)))
        untried = Model(name, title, size, 1.0, tuple(facts["classes"]), wiring)
        trial = await PoolExtractor(bridge, untried).extract(trial_pictures(wiring.side))
        model = described(name, title, wiring, facts["classes"], trial)
    except ModelError as error:
        return json.dumps({"model": None, "problem": dataclasses.asdict(error.problem)})
    return json.dumps({"model": dataclasses.asdict(model), "problem": None})


def _service(request: Mapping[str, Any], bridge: Any) -> PhotoService:
    if request["service"] == Folder.name:
        return Folder(PageFiles(bridge))
    return SERVICES[request["service"]](FetchTransport(bridge), Terms(request["key"], request["days"]))


async def describe_folder(bridge: Any) -> str:
    """The photos of a folder of the user's own as ``photos.json`` lists them, or what is wrong, as JSON
    {photos, problem}."""
    try:
        photos = await Folder(PageFiles(bridge)).photos()
    except ServiceError as error:
        return json.dumps({"photos": None, "problem": dataclasses.asdict(error.problem)})
    fields = ("tags", "title", "owner", "license", "width", "height")
    listed = [{"file": photo.id, **{name: getattr(photo, name) for name in fields}} for photo in photos]
    return json.dumps({"photos": listed, "problem": None})


def _tensor(facts: Mapping[str, Any]) -> TensorFacts:
    return TensorFacts(tuple(facts["shape"]), facts["dtype"])


async def _score(
    wanted: Mapping[str, Any], source: NDArray[np.uint8], extractor: PoolExtractor, bridge: Any
) -> Score:
    """The score of a request: one that ships runs here, one that a person wrote in the closed room."""
    other = bridge.other()
    seen = None if other is None else await _look(decode(other.to_bytes(), extractor.model.wiring.side), extractor)
    liked = np.array(wanted["liked"], bool)
    if wanted["code"] is not None:
        room = RoomScore(bridge)
        await room.enter(wanted, await _look(source, extractor), seen)
        return room
    marks = Pictures.from_records(bridge.marked().to_bytes(), extractor.model) if len(liked) else None
    given = Given(
        class_name=wanted["class_name"] if wanted["class_name"] in extractor.model.classes else None,
        other=seen,
        marked=None if marks is None else Marked(marks.embedding, liked),
    )
    return LocalScore(shipped(wanted["name"]), given)


async def _look(pixels: NDArray[np.uint8], extractor: PoolExtractor) -> Pictures:
    features = await extractor.extract(pixels[np.newaxis])
    return Pictures.of(features, extractor.model, small(pixels[np.newaxis]))


def _seen(photos: Sequence[Mapping[str, Any]] | None, bridge: Any, model: Model) -> Pictures | None:
    """Pictures of photos of a saved search, if the page kept them."""
    if not photos:
        return None
    return Pictures.from_records(bridge.seen().to_bytes(), model, [photo_from(photo) for photo in photos])


def _bytes(data: bytes) -> Any:
    array = Uint8Array.new(len(data))
    array.assign(data)
    return array


def _utf8(text: str) -> Any:
    """A long text for JavaScript to decode. Pyodide would put it together letter by letter, at 20 bytes each."""
    return _bytes(text.encode())


def _memory(request: Mapping[str, Any], bridge: Any, model: Model) -> TagMemory | None:
    """The tag memory that the page gave, if it gave one and the strategy has a use for it."""
    data = bridge.memory()
    if data is None or request["strategy"] != "pool":
        return None
    return TagMemory.for_model(data.to_bytes(), model)


async def _strategy(name: str, rng: Rng, memory: TagMemory | None, bridge: Any) -> Strategy:
    if name in WITH_VECTORS:
        data = (await bridge.vectors()).to_bytes()
        return WITH_VECTORS[name](rng, WordVectors.from_npz(io.BytesIO(data)))
    return Pool(rng, memory=memory) if memory is not None else STRATEGIES[name](rng)


def _tell_learned(memory: TagMemory, bridge: Any) -> None:
    tags = [(name, count) for name, count in memory.most_familiar(SHOWN_NAMES) if name[0] not in "@~"]
    facts = {
        "photos": memory.photos,
        "names": len(memory),
        "tags": [{"tag": name, "count": count} for name, count in tags[:SHOWN_FAMILIAR]],
    }
    bridge.learned(_bytes(memory.to_bytes()), json.dumps(facts))


async def look(picture: Any, bridge: Any) -> None:
    """Give ``bridge.record`` what the network sees in a picture file, as a record. Raises PictureError, ModelError."""
    model = Model.from_json(bridge.model())
    seen = await _look(decode(picture.to_bytes(), model.wiring.side), PoolExtractor(bridge, model))
    bridge.record(_bytes(seen.to_records()))


def stop() -> None:
    """End the running search, if there is one, with ``ended = "stopped"``."""
    if _stop is not None:
        _stop.set()


def pulse() -> None:
    """Raises MemoryError when there is no room for the next picture.

    Where memory has run out a search may end in silence: what should say so needs memory, too.
    """
    bytearray(PULSE_BYTES)


class FetchTransport:
    """Transport over the worker's ``fetch``."""

    def __init__(self, bridge: Any) -> None:
        self._bridge = bridge

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        try:
            answer = await self._bridge.get(f"{url}?{urlencode(params)}" if params else url, timeout * 1000)
        except JsException as error:
            raise (TransportTimeout if error.name == "TimeoutError" else TransportError)(error.message) from None
        response = Response(answer.status, answer.headers.to_py(), answer.body.to_bytes(), answer.url)
        answer.done()
        return response

    async def take(self, service: str, limits: Sequence[Limit]) -> float:
        return float(await self._bridge.take(service, json.dumps([dataclasses.asdict(limit) for limit in limits])))


class PageFiles:
    """Files that the page holds: a folder that the user has just chosen, or what is kept of one."""

    def __init__(self, bridge: Any) -> None:
        self._bridge = bridge

    async def names(self) -> list[str]:
        names: list[str] = json.loads(await self._bridge.fileNames())
        return names

    async def read(self, name: str, most: int | None = None) -> bytes:
        data = await self._bridge.readFile(name, most or 0)
        if data is None:
            raise FileNotFoundError(name)
        content: bytes = data.to_bytes()
        return content

    def url(self, name: str) -> str:
        return ""  # no address leads to it; the page shows the copy that it keeps


class PoolExtractor:
    """FeatureExtractor over the pool of model workers; pictures of one call are seen in parallel."""

    def __init__(self, bridge: Any, model: Model) -> None:
        self._bridge = bridge
        self.model = model

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        if len(pixels) == 1:  # as the search asks; a task would only cost time
            rows = [await self._one(pixels[0])]
        else:
            rows = await asyncio.gather(*(self._one(picture) for picture in pixels))
        return Features(np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows]))

    async def _one(self, picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        try:
            result = await self._bridge.extract(np.ascontiguousarray(picture))
        except JsException as error:
            raise ModelError("model_failed", message=error.message) from None
        embedding = np.frombuffer(result.embedding.to_bytes(), np.float32)
        return embedding, np.frombuffer(result.logits.to_bytes(), np.float32)


class RoomScore:
    """A score in the closed room (``scores/room.py``), behind the page. What waits is asked for together."""

    def __init__(self, bridge: Any) -> None:
        self._bridge = bridge
        self._busy = asyncio.Lock()
        self._waiting: list[tuple[Pictures, asyncio.Future[NDArray[np.float32]]]] = []
        self.ranks_sets = False

    async def enter(self, wanted: Mapping[str, Any], source: Pictures, other: Pictures | None) -> None:
        """Put source, other picture and marks into the room, and load the score there. Raises ScoreError."""
        marked = self._bridge.marked()
        files = {"source": source.to_records(), "other": other.to_records() if other else b""}
        if marked is not None:
            files["marked"] = marked.to_bytes()
        room = {"model": self._bridge.model(), "class_name": wanted["class_name"], "liked": wanted["liked"]}
        await self._ask("furnish", files, **room)
        self.ranks_sets = (await self._ask("load", {}, name=wanted["name"], text=wanted["code"]))["ranks_sets"]

    async def score(self, candidates: Pictures, source: Pictures) -> NDArray[np.float32]:
        mine: asyncio.Future[NDArray[np.float32]] = asyncio.get_running_loop().create_future()
        self._waiting.append((candidates, mine))
        async with self._busy:
            if not mine.done():
                await self._score_all(*zip(*self._take(), strict=True))
        return mine.result()

    def _take(self) -> list[tuple[Pictures, asyncio.Future[NDArray[np.float32]]]]:
        taken, self._waiting = self._waiting, []
        return taken

    async def _score_all(
        self, parts: Sequence[Pictures], answers: Sequence[asyncio.Future[NDArray[np.float32]]]
    ) -> None:
        together = joined(parts)
        try:
            found = await self._ask("score", {"candidates": together.to_records()}, photos=_plain(together.photos))
        except ScoreError as error:
            for answer in answers:
                answer.set_exception(error)
                answer.exception()  # whoever waited for it may be gone
            return
        except asyncio.CancelledError:  # whoever asked is gone; the others still wait
            self._waiting = [*zip(parts, answers, strict=True), *self._waiting]
            raise
        scores = np.array(found["scores"], np.float32)
        # Who has the room can make it say anything.
        if scores.shape != (len(together),) or not np.isfinite(scores).all():
            scores = np.zeros(len(together), np.float32)
        for answer, rows in zip(answers, np.split(scores, np.cumsum([len(part) for part in parts])[:-1]), strict=True):
            if not answer.done():
                answer.set_result(rows)

    async def order(self, candidates: Pictures, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        async with self._busy:
            files = {"candidates": candidates.to_records()}
            found = await self._ask("order", files, photos=_plain(candidates.photos), scores=scores.tolist())
        order = np.array(found["order"], np.intp)
        return order if np.array_equal(np.sort(order), np.arange(len(scores))) else np.arange(len(scores))

    async def _ask(self, call: str, files: Mapping[str, bytes], **arguments: Any) -> dict[str, Any]:
        question = _utf8(json.dumps({"call": call, **arguments}))
        data = to_js({name: _bytes(content) for name, content in files.items()}, dict_converter=Object.fromEntries)
        answer: dict[str, Any] = json.loads(await self._bridge.room(question, data))
        if "error" in answer:
            raise ScoreError(answer["error"]["code"], **answer["error"]["params"])
        return answer


def _plain(photos: Sequence[Photo]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(photo) for photo in photos]
