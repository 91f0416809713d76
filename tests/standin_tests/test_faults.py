"""Every fault as a client sees it, over real HTTPS; and that the server ends cleanly whatever its clients do."""

from __future__ import annotations

import http.client
import io
import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from PIL import Image, UnidentifiedImageError

from tests.standin import Fault, Latency, LibraryPhoto, Standin, faults

from .conftest import Client, Reply


def hit(client: Client, fault: Fault, ask: Callable[[Client], Reply] = lambda c: c.rest(text="dog")) -> Reply:
    client.standin.faults = faults.on(fault)
    return ask(client)


def test_status_with_headers(client: Client) -> None:
    reply = hit(client, faults.status(429, {"Retry-After": "7"}, b"slow down"))
    assert (reply.status, reply.headers["retry-after"], reply.body) == (429, "7", b"slow down")
    assert hit(client, faults.status(503)).status == 503


def test_unreadable_answers(client: Client) -> None:
    html = hit(client, faults.html())
    assert html.headers["content-type"].startswith("text/html")
    empty = hit(client, faults.empty())
    assert (empty.status, empty.body, empty.headers["content-type"]) == (200, b"", "application/json")
    for fault in (faults.html(), faults.empty(), faults.truncated_json(), faults.bad_escape()):
        with pytest.raises(json.JSONDecodeError):
            hit(client, fault).json()
    repaired = hit(client, faults.bad_escape()).body.replace(b"\\'", b"'")
    assert json.loads(repaired)["photos"]["photo"][0]["title"].startswith("It's ")


@pytest.mark.parametrize("code", [0, 3, 10, 100, 105, 201])
def test_codes_of_the_api(client: Client, code: int) -> None:
    answer = hit(client, faults.flickr_code(code)).json()
    assert (answer["stat"], answer["code"]) == ("fail", code)
    assert answer["message"]


def test_connections_that_break(client: Client) -> None:
    with pytest.raises(ConnectionError):
        hit(client, faults.refuse())
    with pytest.raises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)):
        hit(client, faults.reset())
    client.standin.faults = None
    assert client.rest(text="dog").status == 200


def test_answers_that_never_come(impatient: Callable[[], Client], library: list[LibraryPhoto]) -> None:
    client = impatient()
    with pytest.raises(TimeoutError):
        hit(client, faults.black_hole())
    with pytest.raises(TimeoutError):
        hit(client, faults.delay(60))
    client.standin.faults = None
    client.standin.latency = Latency(query=60)
    with pytest.raises(TimeoutError):
        client.rest(text="dog")
    assert client.get(library[0].file_url("s")).status == 200, "the image host has a latency of its own"
    client.standin.latency = Latency(thumbnail=60)
    with pytest.raises(TimeoutError):
        client.get(library[0].file_url("s"))
    assert client.rest(text="dog").status == 200


def test_slow_drip_is_whole_in_the_end(client: Client, library: list[LibraryPhoto]) -> None:
    url = library[0].file_url("n")
    whole = client.get(url)
    assert hit(client, faults.slow_drip(0.05), lambda c: c.get(url)).body == whole.body


def test_pictures_that_are_none(client: Client, library: list[LibraryPhoto]) -> None:
    url = library[0].file_url("n")
    reply = hit(client, faults.not_an_image(), lambda c: c.get(url))
    assert reply.headers["content-type"] == "image/jpeg"
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(reply.body))
    half = hit(client, faults.truncated_json(), lambda c: c.get(url))
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(half.body)).load()


def test_redirect(client: Client) -> None:
    reply = hit(client, faults.redirect("https://example.org/elsewhere"))
    assert (reply.status, reply.headers["location"]) == (302, "https://example.org/elsewhere")


def test_offline_refuses_and_comes_back_on_the_same_port(standin: Standin, client: Client) -> None:
    port = standin.https_port
    with standin.offline(), pytest.raises(ConnectionRefusedError):
        client.rest(text="dog")
    assert standin.https_port == port
    assert client.rest(text="dog").status == 200


def test_rules_choose_by_host_path_and_count(client: Client, library: list[LibraryPhoto]) -> None:
    gone = faults.on(faults.status(410), host="staticflickr.com")
    busy = faults.on(faults.status(429), path="/services/rest", after=1, times=2)
    client.standin.faults = faults.first_of(gone, busy)
    assert [client.rest(text="dog").status for _ in range(4)] == [200, 429, 429, 200]
    assert client.get(library[0].file_url("n")).status == 410
    assert client.feed(tags="dog").status == 200


def test_a_mixture_is_the_same_for_the_same_seed(client: Client) -> None:
    client.rest(text="dog")
    (request,) = client.standin.requests

    def drawn(seed: int) -> list[Fault | None]:
        rule = faults.mixed(seed, 0.3)
        return [rule(request) for _ in range(400)]

    assert drawn(5) == drawn(5) != drawn(6)
    kinds = Counter(fault.kind for fault in drawn(5) if fault)
    assert 80 < kinds.total() < 160
    assert len(kinds) > 6


def test_requests_are_noted(client: Client) -> None:
    client.rest(text="Ein Würfel", extras="tags,url_n")
    (request,) = client.standin.asked(host="flickr.com", path="/services/rest")
    assert (request.method, request.scheme, request.host) == ("GET", "https", "www.flickr.com")
    assert request.params["text"] == "Ein Würfel"
    assert "cookie" not in request.headers
    client.standin.requests.clear()
    assert client.standin.asked() == []


def test_a_foreign_host_is_not_served(client: Client) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        client.get("https://example.org/")


def test_ends_at_once_with_clients_still_waiting(library: list[LibraryPhoto]) -> None:
    before = set(threading.enumerate())
    with Standin(library, faults=faults.on(faults.black_hole())) as standin:
        context = ssl.create_default_context(cafile=str(standin.ca_file))
        raw = socket.create_connection(("127.0.0.1", standin.https_port), timeout=10)
        waiting = context.wrap_socket(raw, server_hostname="www.flickr.com")
        waiting.sendall(b"GET /services/rest/ HTTP/1.1\r\nHost: www.flickr.com\r\n\r\n")
        idle = socket.create_connection(("127.0.0.1", standin.http_port), timeout=10)
        with pytest.raises(TimeoutError):
            Client(standin, timeout=0.2).rest(text="dog")
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", standin.https_port), timeout=10)
    assert not standin.ca_file.exists()
    waiting.close()
    idle.close()
