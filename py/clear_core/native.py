"""The core under CPython: the only file that knows ai-edge-litert and an HTTP client."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from aiohttp.abc import AbstractResolver, ResolveResult
from numpy.typing import NDArray
from yarl import URL

from clear_core.errors import ModelError
from clear_core.features import Features, Model
from clear_core.services import Response, TransportError, TransportTimeout

_REDIRECTS = 5
_LIMIT = 16_000_000
"""Bytes of an answer that are read; nothing that a photo service sends to us is that large."""


class LiteRtExtractor:
    """FeatureExtractor over ai-edge-litert, from a folder with ``model.tflite`` and ``model.json``.

    Raises OSError or ValueError when the folder does not hold a model.
    """

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self.model = Model.from_json((folder / "model.json").read_text(encoding="utf-8"))
        self._interpreter = Interpreter(model_content=(folder / "model.tflite").read_bytes(), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._embedding, self._logits = (detail["index"] for detail in self._interpreter.get_output_details())
        self._thread = ThreadPoolExecutor(1, "extractor")  # one: an interpreter has one set of tensors

    async def extract(self, pixels: NDArray[np.uint8]) -> Features:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.extract_now, pixels)

    def extract_now(self, pixels: NDArray[np.uint8]) -> Features:
        """The same without an event loop, for scripts and sweeps."""
        embeddings, logits = [], []
        try:
            for picture in pixels:
                self._interpreter.set_tensor(self._input, picture[np.newaxis])
                self._interpreter.invoke()
                embeddings.append(self._interpreter.get_tensor(self._embedding).reshape(-1))
                logits.append(self._interpreter.get_tensor(self._logits).reshape(-1))
        except (RuntimeError, ValueError) as error:
            raise ModelError("model_failed", message=str(error)) from error
        return Features(np.stack(embeddings), np.stack(logits))


class HttpTransport:
    """Transport over aiohttp; an async context manager.

    ``connect_to`` sends every connection to one host and port, whatever the URL says, and ``ca_file`` trusts that
    server's certificate: how the local stand-in is reached without changing a line of what is tested.
    """

    def __init__(self, *, connect_to: tuple[str, int] | None = None, ca_file: Path | None = None) -> None:
        self._connect_to = connect_to
        self._ca_file = ca_file

    async def __aenter__(self) -> Self:
        tls = ssl.create_default_context(cafile=self._ca_file)
        resolver = _FixedResolver(*self._connect_to) if self._connect_to else None
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, resolver=resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "clear-search (user-side image search)"},
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


class _FixedResolver(AbstractResolver):
    """Every host name stands for one address."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=self._host, port=self._port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass
