"""JSON as photo services really send it."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_BYTES = 4_000_000
"""Bytes of JSON that we read; a page of 30 photos has 40,000."""

MAX_DEPTH = 50
"""Nesting of JSON that we read; real answers have 6. In Pyodide a deep one overflows the stack, and Python is dead."""

_WRAPPER = re.compile(r"[A-Za-z_$][\w$.]*\s*\(")  # jsonFlickrFeed({…})
# One that nothing closes goes to the end of the text, and no character of a string is looked at again ("*+"): or else
# a text of quotation marks alone would take hours.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_ESCAPE = re.compile(r'(\\["\\/bfnrtu])|\\(.)', re.DOTALL)  # one that JSON knows, or any other


def parse_json(body: bytes, *, most: int = MAX_BYTES) -> Any:
    r"""JSON, perhaps wrapped in a function call, perhaps with ``\'`` for an apostrophe.

    Raises ValueError for anything else, such as an HTML page, and for what is too large (``most`` bytes) or too deep to
    be an answer.
    """
    if len(body) > most:
        raise ValueError("too large")
    text = body.decode("utf-8-sig", errors="replace").strip()
    wrapped = _WRAPPER.match(text)
    end = text.removesuffix(";").rstrip()
    if wrapped and end.endswith(")"):
        text = end[wrapped.end() : -1]
    if _depth(text) > MAX_DEPTH:
        raise ValueError("too deep")
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_ESCAPE.sub(r"\1\2", text), strict=False)


def _depth(text: str) -> int:
    """How deep lists and objects lie in each other, or a number above MAX_DEPTH; of few, how many there are at most."""
    if (brackets := text.count("[") + text.count("{")) <= MAX_DEPTH:
        return brackets
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest
