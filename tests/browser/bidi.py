"""A client of WebDriver BiDi over its WebSocket: one command at a time, events not used."""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.driver import BrowserError, ScriptError

Json = dict[str, Any]


class Bidi:
    """A connection to ``url`` (``ws://…``), and a session on it."""

    def __init__(self, url: str) -> None:
        self._numbers = itertools.count(1)
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(connect(f"{url}/session", max_size=None, compression=None, proxy=None))
        self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})

    def call(self, method: str, timeout: float = 30.0, **params: Any) -> Json:
        """Send a command and return its result. Raises BrowserError on an error answer or after ``timeout`` seconds."""
        number = next(self._numbers)
        try:
            self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
            while (answer := json.loads(self._socket.recv(timeout=timeout))).get("id") != number:
                pass  # an event, or a late answer to a command that timed out
        except TimeoutError:
            raise BrowserError(f"{method}: no answer from the browser in {timeout:g} s") from None
        except ConnectionClosed as error:
            raise BrowserError(f"{method}: the browser has ended ({error})") from None
        if answer["type"] == "error":
            raise BrowserError(f"{method}: {answer['error']}: {answer['message']}")
        result: Json = answer["result"]
        return result

    def evaluate(self, context: str, expression: str) -> Any:
        """Value of an expression, a promise awaited, as JSON. Raises ScriptError if it throws."""
        wrapped = f"(async () => JSON.stringify(await ({expression})))()"
        answer = self.call("script.evaluate", expression=wrapped, target={"context": context}, awaitPromise=True)
        if answer["type"] == "exception":
            raise ScriptError(f"{expression}: {answer['exceptionDetails']['text']}")
        value = answer["result"].get("value")
        return None if value is None else json.loads(value)

    def element(self, context: str, selector: str) -> Json:
        """Reference to the first element that fits the selector. Raises BrowserError if there is none."""
        answer = self.call("browsingContext.locateNodes", context=context, locator={"type": "css", "value": selector})
        if not answer["nodes"]:
            raise BrowserError(f"{selector} is not in the page")
        return {"sharedId": answer["nodes"][0]["sharedId"]}

    def close(self) -> None:
        """Close the connection."""
        self._open.close()
