"""The core under CPython: the only file that knows ai-edge-litert and an HTTP client."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from aiohttp.abc import AbstractResolver, ResolveResult
from numpy.typing import NDArray
from PIL import Image
from yarl import URL

from clear_core.errors import ModelError
from clear_core.features import Features, Model, Pixels
from clear_core.own_model import TensorFacts, described, trial_pictures, wire
from clear_core.quota_file import QuotaFile
from clear_core.services import Limit, Response, TransportError, TransportTimeout

USER_AGENT = "clear-search/0.1 (user-side image search at the command line; one person, one search) aiohttp"
"""Says what asks, as Wikimedia wants it. https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy"""

_TRIANGLE = Image.Resampling.BILINEAR
_REDIRECTS = 5
_LIMIT = 16_000_000
"""Bytes of an answer that are read; nothing that a photo service sends to us is that large."""


class _Network:
    """One ``.tflite`` file in the interpreter."""

    def __init__(self, content: bytes, threads: int) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        self.inputs = [_facts(detail) for detail in self._interpreter.get_input_details()]
        self.outputs = [_facts(detail) for detail in self._interpreter.get_output_details()]

    def run(self, picture: NDArray[np.uint8], pixels: Pixels) -> list[NDArray[np.float32]]:
        """Every output, flat, of one picture, uint8 [side, side, 3]."""
        tensor = picture if pixels == "uint8" else _RANGES[pixels](picture.astype(np.float32))
        self._interpreter.set_tensor(self._interpreter.get_input_details()[0]["index"], tensor[np.newaxis])
        self._interpreter.invoke()
        details = self._interpreter.get_output_details()
        return [self._interpreter.get_tensor(detail["index"]).reshape(-1) for detail in details]


def _facts(detail: Mapping[str, Any]) -> TensorFacts:
    return TensorFacts(tuple(int(size) for size in detail["shape"]), np.dtype(detail["dtype"]).name)


_RANGES: Mapping[Pixels, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "0..255": lambda values: values,
    "0..1": lambda values: values / np.float32(255),
    "-1..1": lambda values: values / np.float32(127.5) - np.float32(1),
}


class _Extractor:
    """A network as a FeatureExtractor, with another beside it where it does not know the classes itself."""

    def __init__(self, model: Model, network: _Network, beside: _Extractor | None = None) -> None:
        self.model, self._network, self._beside = model, network, beside
        self._thread = ThreadPoolExecutor(1, "extractor")  # one: an interpreter has one set of tensors

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.extract_now, pixels)

    def extract_now(self, pixels: NDArray[np.uint8]) -> Features:
        """The same without an event loop, for scripts and sweeps."""
        wiring = self.model.wiring
        try:
            rows = [self._network.run(picture, wiring.pixels) for picture in pixels]
        except (RuntimeError, ValueError) as error:
            raise ModelError("model_failed", message=str(error)) from error
        embedding = np.stack([row[wiring.embedding] for row in rows])
        if wiring.logits is not None:
            return Features(embedding, np.stack([row[wiring.logits][wiring.class_offset :] for row in rows]))
        assert self._beside is not None  # a network without logits is the user's own
        side = self._beside.model.wiring.side
        fitting = np.stack([np.asarray(Image.fromarray(one).resize((side, side), _TRIANGLE)) for one in pixels])
        return Features(embedding, self._beside.extract_now(fitting).logits)


class LiteRtExtractor(_Extractor):
    """FeatureExtractor over ai-edge-litert, from a folder with ``model.json`` and the file that it names.

    Raises OSError, ValueError, KeyError or TypeError when the folder does not hold a model.
    """

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        model = Model.from_json((folder / "model.json").read_text(encoding="utf-8"))
        super().__init__(model, _Network((folder / model.wiring.file).read_bytes(), threads))


class OwnExtractor(_Extractor):
    """The same for a network of the user's own, from its ``.tflite`` file (see :mod:`clear_core.own_model`).

    ``default`` is the folder of the network that names the classes, and knows them where this one does not. Raises
    OSError and ModelError.
    """

    def __init__(self, file: Path, default: Path, pixels: Pixels = "-1..1", *, threads: int = 2) -> None:
        content = file.read_bytes()
        try:
            network = _Network(content, threads)
        except (RuntimeError, ValueError) as error:
            raise ModelError("model_unreadable", message=str(error).partition("\n")[0]) from error
        beside = LiteRtExtractor(default, threads=threads)
        wiring, size = wire(network.inputs, network.outputs, pixels)
        name, classes = f"own-{hashlib.sha256(content).hexdigest()[:12]}", beside.model.classes
        super().__init__(Model(name, file.name, size, 1.0, classes, wiring), network, beside)
        self.model = described(name, file.name, wiring, classes, self.extract_now(trial_pictures(wiring.side)))


class HttpTransport:
    """Transport over aiohttp; an async context manager.

    ``connect_to`` sends every connection to one host and port, whatever the URL says, and ``ca_file`` trusts that
    server's certificate: how the local stand-in is reached without changing a line of what is tested. ``on_wait`` is
    told of every question that has to wait for a service's limits: whom for, and how many seconds. ``connections``: at
    most so many to one host, 0 for any number.
    """

    def __init__(
        self,
        *,
        connect_to: tuple[str, int] | None = None,
        ca_file: Path | None = None,
        quota: QuotaFile | None = None,
        on_wait: Callable[[str, float], None] = lambda service, seconds: None,
        connections: int = 0,
    ) -> None:
        self._connections = connections
        self._connect_to = connect_to
        self._ca_file = ca_file
        self._quota = quota or QuotaFile(None)
        self._on_wait = on_wait

    async def __aenter__(self) -> Self:
        tls = ssl.create_default_context(cafile=self._ca_file)
        resolver = _FixedResolver(*self._connect_to) if self._connect_to else None
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, resolver=resolver, limit_per_host=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, url: str, params: Mapping[str, str], *, timeout: float) -> Response:
        place = URL(url).with_query({**URL(url).query, **params})
        try:
            async with asyncio.timeout(timeout):
                for _ in range(_REDIRECTS):
                    response = await self._get(place)
                    target = place.join(URL(response.headers.get("location", "")))
                    if response.status not in (301, 302, 303, 307, 308) or target == place:
                        return response
                    if target.origin() != place.origin():
                        raise TransportError(f"led away to {target.host}")
                    place = target
                raise TransportError("led round in circles")
        except TimeoutError:
            raise TransportTimeout(url) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise TransportError(str(error)) from error

    async def take(self, service: str, limits: Sequence[Limit]) -> float:
        wait = self._quota.take(service, limits)
        if wait:
            self._on_wait(service, wait)
        return wait

    async def _get(self, place: URL) -> Response:
        async with self._session.get(place, allow_redirects=False) as answer:
            body = await _read(answer)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, headers, body, str(answer.url))


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > _LIMIT:
            raise TransportError("the answer is too large")
    return b"".join(parts)


class DiskFiles:
    """Files of a folder on the disk, for ``services.folder``. Hidden ones are left alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def names(self) -> list[str]:
        return await asyncio.to_thread(self._walk)

    def _walk(self) -> list[str]:
        paths = (path.relative_to(self._folder) for path in self._folder.rglob("*") if path.is_file())
        return [path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts)]

    async def read(self, name: str, most: int | None = None) -> bytes:
        return await asyncio.to_thread(self._read, name, most)

    def _read(self, name: str, most: int | None) -> bytes:
        with (self._folder / name).open("rb") as file:
            return file.read(most)

    def url(self, name: str) -> str:
        return (self._folder / name).as_uri()


class _FixedResolver(AbstractResolver):
    """Every host name stands for one address."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=self._host, port=self._port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass
