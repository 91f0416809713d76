"""A SOCKS5 proxy on a free local port that sends each known host name where it is told, and refuses all others.

It is to Firefox what ``--host-resolver-rules`` is to Chromium: the extension under test asks for the real host names.
(Firefox can be told to resolve a name to another address, but not to another port for one host only.)
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping

REFUSED, UNREACHABLE = 2, 4


class SocksProxy(socketserver.ThreadingTCPServer):
    """Runs in threads of its own until ``close``. ``port`` is where it listens."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, hosts: Mapping[str, tuple[str, int]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hosts = dict(hosts)
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, name="socks", daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(socketserver.StreamRequestHandler):
    server: SocksProxy

    def handle(self) -> None:
        with contextlib.suppress(OSError, struct.error):  # either side may go at any moment
            self._serve()

    def _serve(self) -> None:
        _, methods = self.rfile.read(2)
        self.rfile.read(methods)
        self.wfile.write(b"\5\0")  # no authentication
        _, _, _, kind = self.rfile.read(4)
        if kind == 3:
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        else:
            host = socket.inet_ntop(
                socket.AF_INET if kind == 1 else socket.AF_INET6, self.rfile.read(4 if kind == 1 else 16)
            )
        self.rfile.read(2)  # the port asked for: every port of a host leads to the same place
        target = self.server.hosts.get(host)
        if target is None:
            return self._answer(REFUSED)
        try:
            upstream = socket.create_connection(target, 10)
        except OSError:
            return self._answer(UNREACHABLE)
        upstream.settimeout(None)
        self._answer(0)
        with upstream:
            back = threading.Thread(target=_copy, args=(upstream, self.connection), daemon=True)
            back.start()
            _copy(self.connection, upstream)
            back.join()

    def _answer(self, code: int) -> None:
        self.wfile.write(struct.pack(">BBBB4sH", 5, code, 0, 1, bytes(4), 0))


def _copy(source: socket.socket, sink: socket.socket) -> None:
    """Copy until the source ends, then tell the sink so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
