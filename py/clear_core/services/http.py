"""What every web service needs: politeness, one more try, faults told apart."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from clear_core.errors import ServiceError
from clear_core.photos import Photo
from clear_core.services.base import Limit, Response, Transport, TransportError, TransportTimeout
from clear_core.services.forgiving_json import parse_json
from clear_core.services.pace import Pace

TIMEOUT = 15.0
"""Seconds to wait for an answer."""

MAX_PAUSE = 70.0
"""Seconds that a search waits for its next question where a service allows so many a minute. Longer: it ends, and says
when to go on."""

MAX_THUMBNAIL = 8_000_000
"""Bytes of a thumbnail that we accept; real ones have 20,000 to 200,000."""

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
"""The one form of a date that may be sent. RFC 9110, 5.6.7"""

GONE = (404, 410, 424)
"""424 is Openverse's word for a photo that its source does not give away any more."""


class Web:
    """The way of one service (called ``title`` in sentences) to the network.

    Questions keep within ``limits`` and files within ``thumbnail_limits``, whatever other searches ask: the service
    shall not have to say no.

    A host that is busy (429), fails (5xx) or breaks the connection is asked once more after a pause, in which
    everything else waits too. A host that is silent for TIMEOUT seconds is not: the user has waited enough.
    """

    def __init__(
        self, transport: Transport, title: str, limits: Sequence[Limit] = (), thumbnail_limits: Sequence[Limit] = ()
    ) -> None:
        self._transport = transport
        self._title = title
        self._limits = limits
        self._thumbnail_limits = thumbnail_limits
        self._paces: dict[str, Pace] = {}

    async def json(self, url: str, params: Mapping[str, str]) -> Any:
        """The JSON at ``url``. Raises ServiceError."""
        response = await self._ask(url, params)
        if response.status != 200:
            raise self._fault(response)
        try:
            return parse_json(response.body)
        except ValueError:
            raise self._error("service_answer_unreadable") from None

    async def thumbnail(self, photo: Photo) -> bytes:
        """The file of a photo's thumbnail, or its fallback. Raises ServiceError, also for another kind of file."""
        response = await self._ask(photo.thumbnail_url, {})
        if response.status in GONE and photo.fallback_url is not None:
            response = await self._ask(photo.fallback_url, {})
        # Flickr leads to a picture that says "This photo is no longer available".
        if response.status in GONE or "photo_unavailable" in response.url:
            raise self._error("photo_missing")
        if response.status != 200:
            raise self._fault(response)
        if len(response.body) > MAX_THUMBNAIL or response.headers.get("content-type", "").startswith("text/"):
            raise self._error("service_answer_unreadable")
        return response.body

    async def _ask(self, url: str, params: Mapping[str, str]) -> Response:
        """The answer to the first or the second try."""
        pace = self._paces.setdefault(urlsplit(url).netloc, Pace())
        asked = await self._turn(pace, params)
        try:
            response = await self._get(url, params)
            if not _is_passing(response.status):
                pace.fine()
                return response
            fault, pause = self._fault(response), _retry_after(response)
        except TransportError:
            fault, pause = self._error("service_unreachable"), None
        if not pace.busy(asked, pause):
            fault.fatal = True  # nobody else shall ask either
            raise fault
        asked = await self._turn(pace, params)
        try:
            response = await self._get(url, params)
        except TransportError:  # Chrome itself holds back an extension's requests to a host that answered with 5xx
            raise fault from None
        if _is_passing(response.status):
            fault = self._fault(response)
            fault.fatal = not pace.busy(asked, _retry_after(response))
            raise fault
        pace.fine()
        return response

    async def _turn(self, pace: Pace, params: Mapping[str, str]) -> float:
        """Wait until one may ask. Returns the moment. Raises ServiceError when that is too far off."""
        await pace.turn()
        if params:
            await self._allowed(self._title, self._limits)
        else:  # a thumbnail's address is whole
            await self._allowed(f"{self._title} thumbnails", self._thumbnail_limits)
        return await pace.turn()  # a pause may have begun meanwhile

    async def _get(self, url: str, params: Mapping[str, str]) -> Response:
        try:
            return await self._transport.get(url, params, timeout=TIMEOUT)
        except TransportTimeout:
            raise self._error("service_timeout", seconds=round(TIMEOUT)) from None

    async def _allowed(self, what: str, limits: Sequence[Limit]) -> None:
        """Wait until one more of ``what`` is within ``limits``. Raises ServiceError when that is too far off."""
        while limits and (wait := await self._transport.take(what, limits)) > 0:
            if wait > MAX_PAUSE:
                minutes = math.ceil(wait / 60)
                raise ServiceError("service_quota", fatal=True, service=self._title, minutes=minutes)
            await asyncio.sleep(wait + random.uniform(0, 0.5))

    def _fault(self, response: Response) -> ServiceError:
        if response.status == 429:
            return self._error("service_busy")
        if response.status >= 500:
            return self._error("service_down")
        return self._error("service_refused", message=f"HTTP {response.status}")

    def _error(self, code: str, **params: Any) -> ServiceError:
        return ServiceError(code, service=self._title, **params)


def _is_passing(status: int) -> bool:
    """Is this a fault that may be over soon?"""
    return status == 429 or status >= 500


def _retry_after(response: Response) -> float | None:
    """Seconds, if the answer names them, or a date that is still to come. RFC 9110, 10.2.3"""
    asked = response.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        seconds = datetime.strptime(asked, _HTTP_DATE).replace(tzinfo=UTC).timestamp() - time.time()
    except ValueError:
        return None
    return seconds if seconds > 0 else None  # a clock may be wrong
