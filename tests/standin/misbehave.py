"""How the stand-in carries out a fault: spoils the content of an answer, or its connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from .faults import Fault, Request
from .flickr_rest import Answer, fail


def spoil(answer: Answer, fault: Fault, request: Request) -> Answer:
    """The answer as this fault changes its content; faults of the connection leave it as it is."""
    html_type = {"Content-Type": "text/html; charset=utf-8"}
    if fault.kind in ("status", "redirect", "unavailable"):
        return Answer(fault.code, {**html_type, **fault.headers}, fault.body)
    if fault.kind == "html":
        return Answer(200, html_type, fault.body)
    if fault.kind == "not_an_image":
        return Answer(200, {**answer.headers, "Content-Type": "image/jpeg"}, fault.body)
    if fault.kind == "empty":
        return Answer(200, answer.headers, b"")
    if fault.kind == "truncated_json":
        return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
    if fault.kind == "bad_escape":
        spoiled = answer.body.replace(b'"title": "', b'"title": "It\\\'s ').replace(b'"title":"', b'"title":"It\\\'s ')
        return Answer(answer.status, answer.headers, spoiled)
    if fault.kind == "flickr_code":
        return fail(request.params, fault.code)
    if fault.kind in _REWRITTEN:
        return _rewritten(answer, _REWRITTEN[fault.kind])
    return answer


def _rewritten(answer: Answer, rewrite: Callable[[Any], Any]) -> Answer:
    """The answer with its JSON, and that alone, written anew."""
    try:
        body = json.dumps(rewrite(json.loads(answer.body))).encode()
    except ValueError:  # a picture, or JSON inside a function call
        return answer
    return Answer(answer.status, answer.headers, body)


def _as_strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_strings(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_strings(inner) for inner in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _change_photos(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Any], Any]:
    """Changes the list of photos of a service's answer."""

    def rewrite(value: Any) -> Any:
        for name in ("items", "results"):  # Flickr's feed; Openverse
            if name in value:
                return {**value, name: change(value[name])}
        for name, listed in (("photos", "photo"), ("query", "pages")):  # Flickr's API; Wikimedia Commons
            if name in value:
                return {**value, name: {**value[name], listed: change(value[name][listed])}}
        return value

    return rewrite


def _without_files(photos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def spoilt(photo: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in photo.items() if not key.startswith(("media", "url", "imageinfo"))}

    return [photo if i % 2 else spoilt(photo) for i, photo in enumerate(photos)]


_REWRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "strings": _as_strings,
    "no_files": _change_photos(_without_files),
    "duplicates": _change_photos(lambda photos: photos + photos),
}


async def send_badly(request: web.Request, answer: Answer, fault: Fault) -> web.StreamResponse:
    """Send the answer by hand: slowly, in part or not at all."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    transport = request.transport
    if fault.kind == "refuse" or transport is None:
        if transport is not None:
            reset(transport)
        return response
    response.content_length = len(answer.body)
    await response.prepare(request)
    try:
        if fault.kind == "reset":
            await response.write(answer.body[: len(answer.body) // 2])
            reset(transport)
            return response
        step = max(1, -(-len(answer.body) // 32))
        for at in range(0, len(answer.body), step):
            await response.write(answer.body[at : at + step])
            await asyncio.sleep(fault.seconds / 32)
        await response.write_eof()
    except ConnectionError:
        pass  # the client did not want to wait
    return response


def reset(transport: asyncio.BaseTransport) -> None:
    """Close with RST instead of FIN, which is what a client sees of a machine that fell over."""
    if transport.is_closing():
        return  # closed twice, a TLS transport of asyncio has forgotten its socket and raises AttributeError when asked
    raw = transport.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    else:
        transport.close()
