"""The stand-in for the photo services: a real HTTPS and HTTP server in a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import trustme
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from . import commons, openverse
from .faults import Fault, Faults, Request
from .flickr import FlickrWorld
from .flickr_rest import Answer
from .hosts import HOSTS, IMAGE_HOST, is_image
from .images import missing, photo_file, scaled
from .misbehave import reset, send_badly, spoil
from .pages import Pages, photo_page
from .photos import LibraryPhoto

OPENVERSE_WIDTH = 600  # of its thumbnails


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that every answer takes longer: of the API and the feed, and of the image host."""

    query: float = 0.0
    thumbnail: float = 0.0


class Standin:
    """Context manager: a running stand-in over these photos.

    One HTTPS listener answers for Flickr's hosts, Openverse's and Wikimedia Commons' (by Host header), with a
    certificate for these names signed by the authority in `ca_file` (PEM). One HTTP listener serves web pages
    under 127.0.0.1 and localhost: what add_page() was given, else files of the `site` folders.

    `latency` and `faults` may be set while it runs. `requests` lists everything that was asked, oldest first; it is
    a plain list (appending to one is atomic), and it may be cleared.
    """

    def __init__(
        self,
        photos: Sequence[LibraryPhoto] = (),
        *,
        latency: Latency | None = None,
        faults: Faults | None = None,
        site: Path | Sequence[Path] = (),
        https_port: int = 0,
        http_port: int = 0,
        now: float | None = None,
    ) -> None:
        self.world = FlickrWorld(photos, now=now)
        self.openverse = openverse.OpenverseWorld(photos)
        self.commons = commons.CommonsWorld(photos)
        self.latency = latency or Latency()
        self.faults = faults
        self.requests: list[Request] = []
        self.pages = Pages([site] if isinstance(site, Path) else list(site))
        self.https_port = https_port
        self.http_port = http_port
        self.ca_file = Path()
        self.spki = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="standin", daemon=True)
        self._folder = tempfile.TemporaryDirectory(prefix="standin-")
        self._closing = asyncio.Event()
        self._runners: list[web.AppRunner] = []
        self._tls: ssl.SSLContext | None = None

    # --- for tests ----------------------------------------------------------------------------------------

    def add_page(
        self,
        path: str,
        body: bytes | str,
        content_type: str = "text/html",
        headers: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> None:
        """Serve this under http://127.0.0.1:{http_port}{path} and http://localhost:{http_port}{path}."""
        self.pages.add(path, body, content_type, headers or {}, status)

    def page_url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Address of a page of the HTTP listener; with host "localhost" it is another origin."""
        return f"http://{host}:{self.http_port}{path}"

    def asked(self, host: str = "", path: str = "") -> list[Request]:
        """The requests so far whose host ends in `host` and whose path starts with `path`."""
        return [r for r in list(self.requests) if r.host.endswith(host) and r.path.startswith(path)]

    @property
    def hosts(self) -> dict[str, tuple[str, int]]:
        """Where a browser finds the services' hosts instead of at their own addresses."""
        return {host: ("127.0.0.1", self.https_port) for host in HOSTS}

    def host_rules(self, *, closed: bool = True) -> str:
        """Chromium's --host-resolver-rules: the services' hosts are here; if `closed`, no other name resolves."""
        rules = [f"MAP {host} 127.0.0.1:{self.https_port}" for host in HOSTS]
        return ", ".join([*rules, *(["MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"] if closed else [])])

    def chromium_arguments(self, *, closed: bool = True) -> list[str]:
        """Switches for a Chromium with its own --user-data-dir: maps the hosts, trusts this certificate only."""
        return [
            f"--host-resolver-rules={self.host_rules(closed=closed)}",
            f"--ignore-certificate-errors-spki-list={self.spki}",
        ]

    @contextlib.contextmanager
    def offline(self) -> Iterator[None]:
        """Inside, connections to the services are refused and the open ones are reset; then all is as before."""
        self._run(self._stop_https())
        with socket.socket() as keeper:  # bound, not listening: or another process may take the port meanwhile
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            keeper.bind(("127.0.0.1", self.https_port))
            try:
                yield
            finally:
                self._run(self._start_https())

    # --- life ---------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._make_certificate()
        self._thread.start()
        try:
            self._run(self._start())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Reset all connections, close the ports, end the thread. May be called twice."""
        if not self._thread.is_alive():
            return
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def _make_certificate(self) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert(*HOSTS, "localhost", "127.0.0.1")
        self.ca_file = Path(self._folder.name) / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._tls)
        leaf = load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes())
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.spki = base64.b64encode(hashlib.sha256(key).digest()).decode()

    async def _start(self) -> None:
        await self._start_https()
        runner = await _runner(self._page)
        self._runners.append(runner)
        self.http_port = await _listen(runner, "127.0.0.1", self.http_port)
        with contextlib.suppress(OSError):  # a machine without IPv6; browsers then take 127.0.0.1 for localhost
            await _listen(runner, "::1", self.http_port)

    async def _start_https(self) -> None:
        runner = await _runner(self._service)
        self._runners.insert(0, runner)
        self.https_port = await _listen(runner, "127.0.0.1", self.https_port, self._tls)

    async def _stop_https(self) -> None:
        await self._end(self._runners.pop(0))

    async def _stop(self) -> None:
        self._closing.set()
        while self._runners:
            await self._end(self._runners.pop())
        await self._loop.shutdown_default_executor()

    async def _end(self, runner: web.AppRunner) -> None:
        for site in list(runner.sites):  # first no new connections, then the end of the old ones
            await site.stop()
        for connection in list(runner.server.connections if runner.server else []):
            if connection.transport is not None:
                reset(connection.transport)
        await runner.cleanup()

    # --- answering ----------------------------------------------------------------------------------------

    async def _service(self, request: web.Request) -> web.StreamResponse:
        seen, fault = await self._note(request)
        image = is_image(seen.host, seen.path)
        await asyncio.sleep(self.latency.thumbnail if image else self.latency.query)
        if seen.host in (openverse.HOST, commons.API_HOST) and not image:
            answer = self._other(seen)
        elif image:
            # Pillow in a thread: resizing must not hold up the other answers.
            answer = await asyncio.to_thread(self._image, seen)
        elif seen.host not in HOSTS:
            answer = Answer(421, {}, b"Misdirected Request")
        elif seen.path.rstrip("/") == "/services/rest":
            answer = self.world.rest(seen.params)
        elif seen.path == "/services/feeds/photos_public.gne":
            answer = self.world.feed(seen.params)
        else:
            answer = photo_page(self.world.by_id, seen.path) or missing()
        return await self._send(request, seen, answer, fault)

    def _other(self, seen: Request) -> Answer:
        """What Openverse or Commons answers a question with."""
        if seen.host == openverse.HOST:
            return self.openverse.answer(seen.path, seen.params)
        agent = seen.headers.get("api-user-agent") or seen.headers.get("user-agent", "")
        return self.commons.answer(seen.path, seen.params, agent)

    def _image(self, seen: Request) -> Answer:
        if seen.host == IMAGE_HOST:
            return photo_file(self.world.by_id, seen.path)
        if seen.host == openverse.HOST:
            photo = self.openverse.thumbnail(seen.path)
            return photo if isinstance(photo, Answer) else scaled(photo, min(OPENVERSE_WIDTH, photo.width))
        file = self.commons.file(seen.path)
        return file if isinstance(file, Answer) else scaled(*file)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        seen, fault = await self._note(request)
        answer = await asyncio.to_thread(self.pages.get, seen.path)
        return await self._send(request, seen, answer, fault)

    async def _note(self, request: web.Request) -> tuple[Request, Fault | None]:
        seen = Request(
            time=time.monotonic(),
            method=request.method,
            scheme=request.scheme,
            host=request.host.partition(":")[0],
            path=request.path,
            params=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
        )
        self.requests.append(seen)
        rule = self.faults
        return seen, rule(seen) if rule is not None else None

    async def _send(
        self, request: web.Request, seen: Request, answer: Answer, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is not None:
            answer = spoil(answer, fault, seen)
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "black_hole":
                await self._closing.wait()
            elif fault.kind in ("refuse", "reset", "slow_drip"):
                return await send_badly(request, answer, fault)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


async def _runner(handler: Callable[[web.Request], Any]) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    return runner


async def _listen(runner: web.AppRunner, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
    """Listen on this port (0: any free one) and give its number. Raises OSError when it is taken."""
    site = web.TCPSite(runner, host, port, ssl_context=tls)
    await site.start()
    return int(next(address[1] for address in reversed(runner.addresses)))
