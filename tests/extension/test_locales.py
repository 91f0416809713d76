"""The texts that users read: complete, used, and the same in the extension and at the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clear_core.errors import SENTENCES, UNANSWERED

EXTENSION = Path(__file__).parents[2] / "extension"
LOCALES = ["ar", "de", "en", "es", "fr", "ja", "zh_CN"]
PLACEHOLDER = re.compile(r"\$([A-Za-z0-9_]+)\$")
PLURALS = {
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "de": ("one", "other"),
    "en": ("one", "other"),
    "es": ("one", "other"),
    "fr": ("one", "other"),
    "ja": ("other",),
    "zh_CN": ("other",),
}
"""Kinds of numbers by the CLDR, whose "many" of es and fr begins with a million: they take "other" for it."""


def messages(locale: str) -> dict[str, dict[str, Any]]:
    text = (EXTENSION / "_locales" / locale / "messages.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = json.loads(text)
    return loaded


def sources() -> str:
    """All code and markup of the extension that can name a message."""
    files = [path for path in EXTENSION.rglob("*") if path.suffix in (".js", ".html", ".json")]
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in files
        if not {"vendor", "_locales"} & set(path.relative_to(EXTENSION).parts)
    )


def test_no_language_is_missing() -> None:
    assert sorted(path.parent.name for path in EXTENSION.glob("_locales/*/messages.json")) == LOCALES


def test_the_extension_knows_which_faults_leave_questions_unanswered() -> None:
    listed = re.search(r"UNANSWERED = \[(.*?)\]", (EXTENSION / "lib" / "hitches.js").read_text(encoding="utf-8"))
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(UNANSWERED)


def test_the_command_line_says_what_the_extension_says() -> None:
    english = messages("en")
    for code, sentence in SENTENCES.items():
        message = english[f"error_{code}"]["message"]
        assert PLACEHOLDER.sub(lambda match: "{" + match.group(1).lower() + "}", message) == sentence


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_declared_and_numbered_by_name(locale: str) -> None:
    """``lib/i18n.js`` hands values over in the alphabetical order of their names."""
    for key, message in messages(locale).items():
        declared = {name.lower(): spec["content"] for name, spec in message.get("placeholders", {}).items()}
        assert {name.lower() for name in PLACEHOLDER.findall(message["message"])} <= set(declared), key
        numbered = [declared[name] for name in sorted(declared)]
        assert numbered == [f"${number}" for number in range(1, len(declared) + 1)], key


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_text(locale: str) -> None:
    """And of a number of things a text for every kind of number that the language tells apart."""
    english = set(messages("en"))
    stems = {key.removesuffix("_one") for key in english if key.endswith("_one")}
    counted = {f"{stem}_{kind}" for stem in stems for kind in ("one", "other")}
    plurals = {f"{stem}_{kind}" for stem in stems for kind in PLURALS[locale]}
    assert set(messages(locale)) == english - counted | plurals


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_holds_the_same_values_in_every_language(locale: str) -> None:
    english = messages("en")
    for key, message in messages(locale).items():
        kind = key.rpartition("_")[2]
        model = english.get(key) or english[key.removesuffix(kind) + "other"]
        same = set(PLACEHOLDER.findall(message["message"])), set(PLACEHOLDER.findall(model["message"]))
        in_words = {"COUNT"} if kind in ("zero", "one", "two") else set()  # "a photo", "two photos"
        assert same[0] | in_words == same[1] | in_words, key


@pytest.mark.parametrize("locale", LOCALES)
def test_what_the_stores_and_flickr_ask_of_texts(locale: str) -> None:
    texts = {key: message["message"] for key, message in messages(locale).items()}
    assert len(texts["extension_name"]) <= 75 and len(texts["extension_short_name"]) <= 12
    assert len(texts["extension_description"]) <= 132
    assert texts["flickr_notice"] == messages("en")["flickr_notice"]["message"]
    assert texts["language"].replace("-", "_") == locale


def test_no_language_was_left_in_english() -> None:
    """A text of some length that is word for word the English one was forgotten."""
    english = messages("en")
    for locale in set(LOCALES) - {"en"}:
        for key, message in messages(locale).items():
            same = message["message"] == english.get(key, {}).get("message")
            assert key == "flickr_notice" or len(message["message"]) < 25 or not same, f"{key} in {locale}"


def test_every_text_that_the_code_names_exists_and_every_text_is_named() -> None:
    english = set(messages("en"))
    code = sources()
    named = set(re.findall(r"\bt\(\s*'(\w+)'", code)) | set(re.findall(r"__MSG_(\w+)__", code))
    plural = set(re.findall(r"\btn\(\s*'(\w+)'", code))
    assert named - english == set()
    assert {f"{key}_other" for key in plural} - english == set()
    # Whole words: what a name is built of is written somewhere, in the extension or as a fault's name in the core.
    words = set(re.findall(r"\w+", code)) | set(SENTENCES)
    prefixes = re.findall(r"\bt\(`(\w+_)\$\{", code)
    suffixes = re.findall(r"\bt\(`\$\{\w+\}(_\w+)`", code)
    for key in english:
        stem = re.sub(r"_(zero|one|two|few|many|other)$", "", key)
        parts = {key.removeprefix(start) for start in prefixes} | {key.removesuffix(end) for end in suffixes}
        assert key in words | named or stem in plural or (parts - {key}) & words, f"{key} is not used"
