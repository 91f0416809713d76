"""A score as its author wrote it: a Python text with ``def score(candidates, source)``; compiled, called and checked.

Nothing here keeps bad code from doing harm: where strangers' code runs, the room is closed (the extension runs it in a
worker that has neither network nor extension). Here its mistakes become sentences that name the line.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clear_core.errors import ClearError
from clear_core.scores.pictures import Marked, Pictures

_FILE = "<score>"
_ITS_OWN = (Exception, SystemExit, *((KeyboardInterrupt,) if sys.platform == "emscripten" else ()))
"""What a score may raise. Where there is a keyboard, Ctrl-C is the user's word to the search, not the score's fault."""
SHOWN_OUTPUT = 80
"""Characters of what a score printed that the sentence repeats."""


class ScoreError(ClearError):
    """A score function did not do what it should; ``line`` of its text, where the mistake has one."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code, **params)
        line = params.get("line")
        self.line = line if isinstance(line, int) else None


@dataclass(frozen=True, slots=True)
class Given:
    """What a score gets if it has a parameter of that name, and keeps its own default if there is nothing to give.

    ``class_name``: one of the network's classes. ``other``: another picture that the user chose, [1].
    ``marked``: the photos he marked.
    """

    class_name: str | None = None
    other: Pictures | None = None
    marked: Marked | None = None


NOTHING = Given()
GIVEN = tuple(field.name for field in fields(Given))


class Recipe:
    """A compiled score. ``needs``: which parts of :class:`Given` it asks for."""

    def __init__(self, name: str, text: str) -> None:
        """Compiles and runs the text. Raises ScoreError."""
        self.name = name
        self._text = text
        self._module = types.ModuleType("score")
        with self._mistakes(1):
            exec(compile(text, _FILE, "exec", dont_inherit=True), self._module.__dict__)
        score = self._function("score")
        if score is None:
            raise ScoreError("score_missing")
        self._score, self._rerank = score, self._function("rerank")
        parameters = list(inspect.signature(score).parameters.values())
        self.needs = tuple(parameter.name for parameter in parameters[2:] if parameter.name in GIVEN)
        for parameter in parameters[2:]:
            if parameter.name not in GIVEN and parameter.default is parameter.empty:
                raise ScoreError("score_parameter", line=_begin(score), name=parameter.name, known=", ".join(GIVEN))

    @property
    def ranks_sets(self) -> bool:
        """Has it an order of its own, ``rerank``?"""
        return self._rerank is not None

    def score(self, candidates: Pictures, source: Pictures, given: Given = NOTHING) -> NDArray[np.float32]:
        """Scores of the candidates, float32 [N], all finite; higher is better. Raises ScoreError."""
        asked = {name: getattr(given, name) for name in self.needs if getattr(given, name) is not None}
        with self._mistakes(_begin(self._score)):
            return self._numbers(self._score(candidates, source, **asked), len(candidates))

    def order(self, candidates: Pictures, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        """The order to show photos in, best first: a permutation of N. By score, unless it has a ``rerank``."""
        if self._rerank is None:
            return np.argsort(-scores, kind="stable")
        with self._mistakes(_begin(self._rerank)):
            places = np.asarray(self._rerank(candidates, scores), np.intp)
            if not np.array_equal(np.sort(places), np.arange(len(scores))):
                raise ScoreError("score_order", line=_begin(self._rerank), count=len(scores))
        return places

    def _function(self, name: str) -> types.FunctionType | None:
        found = getattr(self._module, name, None)
        return found if isinstance(found, types.FunctionType) else None

    def _numbers(self, values: object, count: int) -> NDArray[np.float32]:
        try:
            array = np.asarray(values)
        except ValueError:  # rows of different lengths
            array = np.array(None)
        if array.dtype.kind not in "biuf":
            raise ScoreError("score_not_numbers", line=self._line_of_return(), kind=type(values).__name__)
        if array.shape != (count,):
            raise ScoreError("score_shape", line=self._line_of_return(), shape=str(array.shape), count=count)
        numbers = array.astype(np.float32)
        if lost := int((~np.isfinite(numbers)).sum()):
            raise ScoreError("score_not_finite", line=self._line_of_return(), count=lost)
        return numbers

    def _line_of_return(self) -> int:
        """Where ``score`` returns; its first line if it does so in several places."""
        lines = [
            node.lineno
            for function in ast.parse(self._text).body
            if isinstance(function, ast.FunctionDef) and function.name == "score"
            for node in ast.walk(function)
            if isinstance(node, ast.Return)
        ]
        return lines[0] if len(lines) == 1 else _begin(self._score)

    @contextlib.contextmanager
    def _mistakes(self, line: int) -> Iterator[None]:
        """What goes wrong inside becomes a ScoreError with the innermost line of the author's text, else ``line``."""
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output), np.errstate(all="ignore"):
                yield
        except ScoreError:
            raise
        except SyntaxError as error:
            raise ScoreError("score_syntax", line=error.lineno or line, message=error.msg) from None
        except MemoryError:
            raise ScoreError("score_memory") from None
        except _ITS_OWN as error:
            kind, message = type(error).__name__, str(error)
            text = f"{kind}: {message}" if message else kind
            raise ScoreError("score_raised", line=_innermost(error) or line, message=text) from None
        if printed := output.getvalue().strip():
            raise ScoreError("score_printed", text=printed[:SHOWN_OUTPUT])


def _begin(function: types.FunctionType) -> int:
    return function.__code__.co_firstlineno


def _innermost(error: BaseException) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
