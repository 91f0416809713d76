"""What can go wrong, as a code, its parameters and an English sentence that says what to do.

The core speaks in codes so that the extension can say the same in the user's language: every code here has a message
``error_<code>`` in ``extension/_locales``, and the English text there is the text here (a test holds them together).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SENTENCES: Mapping[str, str] = {
    "picture_empty": "This picture is empty: the file has no bytes. Choose another picture.",
    "picture_unreadable": "This is not a picture that can be read, or the file is damaged. Try to save it in "
    "another format, or choose another picture.",
    "picture_too_small": "This picture is too small to compare ({width} × {height} pixels). Choose a larger "
    "version of it.",
    "picture_too_large": "This picture is too large to open safely ({width} × {height} pixels). Make it smaller "
    "and try again.",
    "service_key_invalid": "{service} does not accept your API key. Check it in the settings, or search without a key.",
    "service_key_missing": "Searching {service} needs your own API key. Enter it in the settings, or search "
    "without a key there.",
    "service_busy": "{service} is busy or your quota for this hour is used up. Wait a few minutes, then go on.",
    "service_down": "{service} is not available at the moment. What was found is kept; try again later.",
    "service_answer_unreadable": "{service} sent an answer that could not be read. Trying again may help.",
    "service_unreachable": "{service} cannot be reached. Check your internet connection, then try again.",
    "service_timeout": "{service} did not answer within {seconds} seconds. Check your internet connection, or try "
    "again later.",
    "service_quota": "You have asked {service} as much as it allows for now. What was found is kept; go on in "
    "{minutes} minutes, or search elsewhere meanwhile.",
    "service_refused": "{service} refused the question: “{message}”. Check the settings, then try again.",
    "folder_without_tags": "No photo in this folder has tags. Write keywords into the photos, or a list of them into "
    "photos.json.",
    "folder_list_unreadable": "The list {file} in your folder could not be read. It has to be JSON as the "
    "documentation shows it.",
    "nothing_found": "{service} has no photos for anything seen in this picture. Try another picture.",
    "score_missing": "The score has no function “score(candidates, source)”. Add one.",
    "score_syntax": "Line {line} of the score is not Python: {message}.",
    "score_raised": "Line {line} of the score failed: {message}.",
    "score_parameter": "Line {line} of the score asks for “{name}”, which does not exist. "
    "A score may ask for: {known}.",
    "score_not_numbers": "Line {line}: the score must return one number for each photo, not “{kind}”.",
    "score_shape": "Line {line}: the score must return one number for each photo, shape ({count},), not {shape}.",
    "score_not_finite": "Line {line}: the score returned NaN or infinity, for this many photos: {count}.",
    "score_order": "Line {line}: “rerank” must return every number from 0 up to and without {count} once.",
    "score_printed": "The score printed “{text}”. It may only return numbers: remove the print.",
    "score_memory": "The score needed more memory than it may have, and was stopped.",
    "score_timeout": "The score was stopped after {seconds} seconds without an answer. Does it loop for ever?",
    "score_stopped": "The score could not run: {message}.",
    "photo_missing": "A photo is no longer on {service}.",
    "photo_lost": "Photos that could not be loaded and were left out: {count}.",
    "model_unreadable": "This file is no .tflite network that can be run here: {message}. Choose another file.",
    "model_input": "This network takes {found}. It must take one square RGB picture, {least} to {most} pixels "
    "wide, as uint8 or float32.",
    "model_output": "This network gives {found}. It must give a float32 vector of at most {most} numbers.",
    "model_useless": "This network gives the same, or no numbers at all, for different pictures. Is the range of its "
    "pixel values right?",
    "model_missing": "This build has no network “{name}”. Choose another one, or build with it.",
    "model_failed": "The neural network could not run: {message}. Close this page and try again; if it happens "
    "again, restart the browser.",
}


UNANSWERED: Mapping[str, str] = {
    "service_busy": "{service} is busy",
    "service_down": "{service} is not available at times",
    "service_answer_unreadable": "{service} sends answers that cannot be read",
    "service_unreachable": "{service} cannot be reached at times",
    "service_timeout": "{service} is slow",
    "service_refused": "{service} refuses questions",
}
"""Faults of a service that a search survives, shorter; ``unanswered_<code>`` in ``_locales``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault as data, as updates and sessions carry it: a code of :data:`SENTENCES` and its parameters."""

    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.params)


def in_one_line(problems: Sequence[Problem], questions: int) -> str:
    """What went wrong in a search that asked so many questions: "Flickr is busy: 3 of 40 questions went unanswered."

    Of several faults the most frequent is named. Empty when nothing went wrong.
    """
    unanswered = Counter(problem.code for problem in problems if problem.code in UNANSWERED)
    lines = []
    if unanswered:
        (code, _), *_ = unanswered.most_common(1)
        params = next(problem.params for problem in problems if problem.code == code)
        lines.append(
            f"{UNANSWERED[code].format(**params)}: {unanswered.total()} of {questions} questions went unanswered."
        )
    if lost := sum(int(problem.params["count"]) for problem in problems if problem.code == "photo_lost"):
        lines.append(str(Problem("photo_lost", {"count": lost})))
    return " ".join(lines)


class ClearError(Exception):
    """An expected fault; ``str(error)`` is the sentence for the user, ``error.problem`` the same as data."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        self.problem = Problem(code, params)
        super().__init__(str(self.problem))


class PictureError(ClearError):
    """The bytes are no picture that we can, or dare to, decode."""


class ServiceError(ClearError):
    """A photo service did not answer as it should.

    ``fatal`` says that asking again cannot help (a wrong key): the search ends with this sentence.
    """

    def __init__(self, code: str, *, fatal: bool = False, **params: str | int | float) -> None:
        super().__init__(code, **params)
        self.fatal = fatal


class ModelError(ClearError):
    """The feature extractor failed on a valid tensor."""
