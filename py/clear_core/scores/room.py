"""The closed room: where a user's score runs in the browser. It can reach nothing but what is put into it.

``extension/engine/sandbox.html`` calls :func:`answer` with JSON and gets JSON; pictures come as files of records
(``Pictures.to_records``). So no object of JavaScript ever comes near the user's code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clear_core.features import Model
from clear_core.scores import Given, Marked, Pictures, Recipe, ScoreError
from clear_core.scores.ranking import RANKED
from clear_core.updates import photo_from

FOLDER = Path("/room")


class Room:
    """What is in the room now. Each method answers one kind of question; all may raise ScoreError."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._given = Given()

    def furnish(self, model: str, class_name: str | None, liked: Sequence[bool]) -> dict[str, Any]:
        """The model (its JSON), the source (file "source") and what scores may ask for (files "other", "marked")."""
        self._model = Model.from_json(model)
        self._source = self._pictures("source")
        marks = self._pictures("marked")
        other = self._pictures("other")
        self._given = Given(
            class_name=class_name if class_name in self._model.classes else None,
            other=other if len(other) else None,
            marked=Marked(marks.embedding, np.array(liked, bool)) if len(liked) else None,
        )
        return {}

    def load(self, name: str, text: str) -> dict[str, Any]:
        """The score to use from now on."""
        self._recipe = Recipe(name, text)
        return {"needs": self._recipe.needs, "ranks_sets": self._recipe.ranks_sets}

    def score(self, photos: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Scores of the pictures in the file "candidates"."""
        candidates = self._pictures("candidates", photos)
        return {"scores": self._recipe.score(candidates, self._source, self._given).tolist()}

    def order(self, photos: Sequence[Mapping[str, Any]], scores: Sequence[float]) -> dict[str, Any]:
        """Their order."""
        candidates = self._pictures("candidates", photos)
        return {"order": self._recipe.order(candidates, np.array(scores, np.float32)).tolist()}

    def hold(self, photos: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Photos of a search (file "held") that will be ranked more than once."""
        self._held = self._pictures("held", photos)
        return {}

    def rank(self, name: str, text: str) -> dict[str, Any]:
        """Scores and order of the photos that are held, by a score that is new."""
        facts = self.load(name, text)
        scores = self._recipe.score(self._held, self._source, self._given)
        best = np.argsort(-scores, kind="stable")
        head = best[:RANKED]
        order = [*head[self._recipe.order(self._held.rows(head), scores[head])], *best[RANKED:]]
        return {**facts, "scores": scores.tolist(), "order": [int(place) for place in order]}

    def _pictures(self, name: str, photos: Sequence[Mapping[str, Any]] = ()) -> Pictures:
        return Pictures.from_records(self._read(name), self._model, [photo_from(photo) for photo in photos])

    def _read(self, name: str) -> bytes:
        file = self._folder / name
        return file.read_bytes() if file.exists() else b""


_room = Room()


def answer(question: str) -> str:
    """One question as JSON, ``{"call": method, …arguments}``; the answer as JSON, ``{"error": …}`` if it went wrong."""
    arguments = json.loads(question)
    call = arguments.pop("call")
    try:
        return json.dumps(getattr(_room, call)(**arguments))
    except ScoreError as error:
        return json.dumps({"error": {"code": error.problem.code, "params": dict(error.problem.params)}})
