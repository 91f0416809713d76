"""Damaged files and bombs against the Pillow that ships. This runs inside Pyodide."""

from __future__ import annotations

import json

from tests.core.bombs import LARGE, UNREADABLE, bomb
from tests.malformed.decode_many import decoded, fuzzed, in_archive


def bombs_json() -> str:
    return json.dumps(decoded((kind, bomb(kind)) for kind in (*LARGE, *UNREADABLE) if kind != "png text"))


def malformed_json(archive: str) -> str:
    return json.dumps({"fuzzed": decoded(fuzzed()), "archive": decoded(in_archive(archive))})
