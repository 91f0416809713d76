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
from js import Uint8Array
from numpy.typing import NDArray
from pyodide.ffi import JsException

from clear_core.errors import ClearError, ModelError, ServiceError
from clear_core.features import Features, Model
from clear_core.own_model import TensorFacts, described, trial_pictures, wire
from clear_core.pixels import decode
from clear_core.scores import SCORES
from clear_core.search import Limits, search
from clear_core.services import MANNERS, SERVICES, Limit, PhotoService, Response, TransportError, TransportTimeout
from clear_core.services.folder import Folder
from clear_core.strategies import STRATEGIES, WITH_VECTORS, Pool, Strategy, TagMemory, WordVectors
from clear_core.updates import Budget, SearchState, Spent, Update

SHOWN_FAMILIAR, SHOWN_NAMES = 24, 200
"""Most familiar tags that the page is told of, and names looked through for them (title words are names too)."""

_stop: asyncio.Event | None = None


async def run_search(request_json: str, picture: Any, bridge: Any) -> None:
    """Search as ``request_json`` says (see ``extension/types.d.ts``, SearchRequest) and send every update.

    ``picture`` is a Uint8Array with the file. Expected faults end in an update; anything else raises.
    """
    global _stop
    request = json.loads(request_json)
    budget = Budget(**request["budget"])
    _stop = asyncio.Event()
    try:
        source = decode(picture.to_bytes())
    except ClearError as error:
        bridge.update(Update(Spent(), budget, ended="failed", problem=error.problem).to_json())
        return
    model = Model.from_json(bridge.model())
    rng = np.random.default_rng(request["seed"])
    memory = _memory(request, bridge, model)
    updates = search(
        source,
        service=_service(request, bridge),
        extractor=PoolExtractor(bridge, model),
        score=SCORES[request["score"]](model.score_scale),
        strategy=await _strategy(request["strategy"], rng, memory, bridge),
        budget=budget,
        rng=rng,
        limits=Limits(queries=MANNERS[request["service"]].at_once),
        resume=SearchState.from_dict(request["resume"]) if request["resume"] else None,
        stop=_stop,
    )
    async for update in updates:
        bridge.update(update.to_json())
    if memory is not None:
        _tell_learned(memory, bridge)


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
        trial = await PoolExtractor(bridge, untried).extract(trial_pictures())
        model = described(name, title, wiring, facts["classes"], trial)
    except ModelError as error:
        return json.dumps({"model": None, "problem": dataclasses.asdict(error.problem)})
    return json.dumps({"model": dataclasses.asdict(model), "problem": None})


def _service(request: Mapping[str, Any], bridge: Any) -> PhotoService:
    if request["service"] == Folder.name:
        return Folder(PageFiles(bridge))
    return SERVICES[request["service"]](FetchTransport(bridge), request["key"])


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


def _memory(request: Mapping[str, Any], bridge: Any, model: Model) -> TagMemory | None:
    """The tag memory that the page gave, if it gave one and the strategy has a use for it."""
    data = bridge.memory()
    if data is None or request["strategy"] != "pool":
        return None
    return TagMemory.for_model(data.to_bytes(), model)


async def _strategy(name: str, rng: np.random.Generator, memory: TagMemory | None, bridge: Any) -> Strategy:
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
    data = memory.to_bytes()
    array = Uint8Array.new(len(data))
    array.assign(data)
    bridge.learned(array, json.dumps(facts))


def stop() -> None:
    """End the running search, if there is one, with ``ended = "stopped"``."""
    if _stop is not None:
        _stop.set()


class FetchTransport:
    """Transport over the worker's ``fetch``."""

    def __init__(self, bridge: Any) -> None:
        self._bridge = bridge

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        try:
            answer = await self._bridge.get(f"{url}?{urlencode(params)}" if params else url, timeout * 1000)
        except JsException as error:
            raise (TransportTimeout if error.name == "TimeoutError" else TransportError)(error.message) from None
        return Response(answer.status, answer.headers.to_py(), answer.body.to_bytes(), answer.url)

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
        rows = await asyncio.gather(*(self._one(picture) for picture in pixels))
        return Features(np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows]))

    async def _one(self, picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        data = Uint8Array.new(picture.size)
        data.assign(np.ascontiguousarray(picture).reshape(-1))
        try:
            result = await self._bridge.extract(data)
        except JsException as error:
            raise ModelError("model_failed", message=error.message) from None
        embedding = np.frombuffer(result.embedding.to_bytes(), np.float32)
        return embedding, np.frombuffer(result.logits.to_bytes(), np.float32)
