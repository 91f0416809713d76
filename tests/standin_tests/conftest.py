"""A running stand-in over the offline library, and a client that speaks real HTTPS to it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.standin import VALID_KEY, LibraryPhoto, Standin, offline_library


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """GET over TLS with certificates checked; every host name leads to the stand-in, as in the browser under test."""

    def __init__(self, standin: Standin, timeout: float = 10) -> None:
        self.standin = standin
        self.timeout = timeout

    def get(self, url: str, **params: str | int) -> Reply:
        parts = urlsplit(url)
        target = parts.path + ("?" + urlencode(params) if params else "")
        raw = socket.create_connection(("127.0.0.1", self.standin.https_port), timeout=self.timeout)
        context = ssl.create_default_context(cafile=str(self.standin.ca_file))
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        with raw, context.wrap_socket(raw, server_hostname=parts.hostname) as connection.sock:
            connection.request("GET", target, headers={"Host": parts.netloc, "User-Agent": "a test"})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def rest(self, **params: str | int) -> Reply:
        basis: dict[str, str | int] = {"method": "flickr.photos.search", "api_key": VALID_KEY}
        basis |= {"format": "json", "nojsoncallback": 1}
        return self.get("https://www.flickr.com/services/rest/", **{**basis, **params})

    def search(self, **params: str | int) -> dict[str, Any]:
        answer = self.rest(**params).json()
        assert answer["stat"] == "ok", answer
        photos: dict[str, Any] = answer["photos"]
        return photos

    def feed(self, **params: str | int) -> Reply:
        basis: dict[str, str | int] = {"format": "json", "nojsoncallback": 1}
        return self.get("https://www.flickr.com/services/feeds/photos_public.gne", **{**basis, **params})


@pytest.fixture(scope="session")
def library() -> list[LibraryPhoto]:
    return offline_library()


@pytest.fixture
def standin(library: list[LibraryPhoto]) -> Iterator[Standin]:
    with Standin(library) as running:
        yield running


@pytest.fixture
def client(standin: Standin) -> Client:
    return Client(standin)


@pytest.fixture
def impatient(standin: Standin) -> Callable[[], Client]:
    """A client that gives up after a moment."""
    return lambda: Client(standin, timeout=0.5)
