"""A client of the Chrome DevTools Protocol over ``--remote-debugging-pipe``.

Not Playwright: it cannot attach to an extension's popup, so exactly the page that matters most would need a second
connection. The pipe also means that a browser whose test was killed ends by itself, because its pipe closes.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from tests.browser.driver import BrowserError

Json = dict[str, Any]


class Connection:
    """Messages are JSON ended by a zero byte. One thread reads; it answers calls and hands events to ``on_event``.

    ``on_event(method, params, session)`` runs on the reading thread: it may ``send`` but must not ``call``.
    """

    def __init__(self, read_fd: int, write_fd: int, on_event: Callable[[str, Json, str | None], None]) -> None:
        self._read = os.fdopen(read_fd, "rb", buffering=0)
        self._write = os.fdopen(write_fd, "wb", buffering=0)
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._waiting: dict[int, Future[Json]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._listen, name="cdp", daemon=True)
        self._thread.start()

    def send(self, method: str, params: Json | None = None, session: str | None = None) -> Future[Json]:
        """Send a command and do not wait for its answer."""
        number = next(self._ids)
        message: Json = {"id": number, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        answer: Future[Json] = Future()
        data = memoryview(json.dumps(message).encode() + b"\0")
        with self._lock:
            self._waiting[number] = answer
            if self._closed:
                self._fail(f"{method}: the browser has ended")
                return answer
            try:
                while data:  # an unbuffered write to a pipe may be partial
                    data = data[self._write.write(data) :]
            except OSError as error:
                self._closed = True
                self._fail(f"{method}: the browser has ended ({error})")
        return answer

    def call(self, method: str, params: Json | None = None, session: str | None = None, timeout: float = 30.0) -> Json:
        """Send a command and return its result. Raises BrowserError on an error answer or after ``timeout`` seconds."""
        try:
            answer = self.send(method, params, session).result(timeout)
        except FutureTimeout:
            raise BrowserError(f"{method}: no answer from the browser in {timeout:g} s") from None
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message', answer['error'])}")
        result: Json = answer["result"]
        return result

    def _listen(self) -> None:
        rest = b""
        while chunk := self._read.read(1 << 20):
            *complete, rest = (rest + chunk).split(b"\0")
            for data in complete:
                message = json.loads(data)
                if "id" in message:
                    with self._lock:
                        answer = self._waiting.pop(message["id"], None)
                    if answer is not None:
                        answer.set_result(message)
                else:
                    self._on_event(message["method"], message.get("params", {}), message.get("sessionId"))
        with self._lock:
            self._closed = True
            self._fail("the browser has ended")

    def _fail(self, why: str) -> None:
        for answer in self._waiting.values():
            answer.set_exception(BrowserError(why))
        self._waiting.clear()

    def close(self) -> None:
        """Close the pipe (the browser ends, if it has not yet) and the thread."""
        self._write.close()
        self._thread.join(10)
        self._read.close()
