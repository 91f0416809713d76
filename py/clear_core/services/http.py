"""What every web service needs: one polite retry, faults told apart, JSON read forgivingly."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services.base import Response, Transport, TransportError, TransportTimeout

TIMEOUT = 15.0
"""Seconds to wait for an answer."""

MAX_WAIT = 8.0
"""Seconds that we follow a Retry-After; when a service asks for more, the user is told instead."""

MAX_THUMBNAIL = 8_000_000
"""Bytes of a thumbnail that we accept; real ones have 20,000 to 200,000."""


async def get_json(
    transport: Transport, url: str, params: Mapping[str, str], *, title: str, rng: np.random.Generator
) -> Any:
    """GET and parse JSON; a busy or failing service is asked once more after a pause. Raises ServiceError."""
    response = await _get(transport, url, params, title)
    if response.status == 429 or response.status >= 500:
        pause = _pause(response, rng)
        if pause > MAX_WAIT:
            raise _fault(response, title)
        await asyncio.sleep(pause)
        try:
            response = await _get(transport, url, params, title)
        except ServiceError:  # Chrome itself holds back an extension's requests to a host that answered with 5xx
            raise _fault(response, title) from None
    if response.status != 200:
        raise _fault(response, title)
    return parse_json(response.body, title)


async def get_thumbnail(transport: Transport, photo: Photo, *, title: str) -> bytes:
    """GET a photo's thumbnail, or its fallback. Raises ServiceError, also when the answer is another kind of thing."""
    response = await _get(transport, photo.thumbnail_url, {}, title)
    if response.status in (404, 410) and photo.fallback_url is not None:
        response = await _get(transport, photo.fallback_url, {}, title)
    if response.status != 200:
        raise _fault(response, title)
    if len(response.body) > MAX_THUMBNAIL or response.headers.get("content-type", "").startswith("text/"):
        raise ServiceError("service_answer_unreadable", service=title)
    return response.body


MAX_DEPTH = 50
"""Nesting of JSON that we read; real answers have 6. In Pyodide a deep one overflows the stack, and Python is dead."""

_WRAPPER = re.compile(r"[A-Za-z_$][\w$.]*\s*\(")  # jsonFlickrFeed({…})
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def parse_json(body: bytes, title: str) -> Any:
    r"""JSON as services really send it: perhaps wrapped in a function call, perhaps with ``\'`` for an apostrophe.

    Raises ServiceError service_answer_unreadable for anything else, such as an HTML page.
    """
    text = body.decode("utf-8-sig", errors="replace").strip()
    wrapped = _WRAPPER.match(text)
    end = text.removesuffix(";").rstrip()
    if wrapped and end.endswith(")"):
        text = end[wrapped.end() : -1]
    if _depth(text) > MAX_DEPTH:
        raise ServiceError("service_answer_unreadable", service=title)
    try:
        try:
            return json.loads(text, strict=False)
        except ValueError:
            return json.loads(_ESCAPE.sub(_mend_escape, text), strict=False)
    except ValueError:
        raise ServiceError("service_answer_unreadable", service=title) from None


def _depth(text: str) -> int:
    """How deep lists and objects lie in each other, or a number above MAX_DEPTH."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _mend_escape(match: re.Match[str]) -> str:
    return match.group(0) if match.group(1) in '"\\/bfnrtu' else match.group(1)


async def _get(transport: Transport, url: str, params: Mapping[str, str], title: str) -> Response:
    try:
        return await transport.get(url, params, timeout=TIMEOUT)
    except TransportTimeout:
        raise ServiceError("service_timeout", service=title, seconds=round(TIMEOUT)) from None
    except TransportError:
        raise ServiceError("service_unreachable", service=title) from None


def _pause(response: Response, rng: np.random.Generator) -> float:
    """Seconds before the second try: what Retry-After says, else one to two, drawn so that tries do not march."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() else 1.0 + float(rng.random())


def _fault(response: Response, title: str) -> ServiceError:
    if response.status == 429:
        return ServiceError("service_busy", service=title)
    if response.status >= 500:
        return ServiceError("service_down", service=title)
    return ServiceError("service_refused", service=title, message=f"HTTP {response.status}")
