"""What the build's tests share: a finished build, and a small web server of our own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from clear_build.build import Places, build

ROOT = Path(__file__).resolve().parents[2]
# (body, the length that the header promises)
Answer = tuple[bytes, int]


@pytest.fixture(scope="session")
def places() -> Places:
    """The clone with everything built; quick when it already is."""
    build(ROOT)
    return Places(ROOT)


@pytest.fixture
def serve() -> Iterator[Callable[[bytes, int], str]]:
    """serve(body, promised_length) → an address on this machine that answers so."""
    servers: list[ThreadingHTTPServer] = []

    def start(body: bytes, promised: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(promised))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/file"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
