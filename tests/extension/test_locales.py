"""The texts that users read: complete, used, and the same in the extension and at the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clear_core.errors import SENTENCES

EXTENSION = Path(__file__).parents[2] / "extension"
LOCALES = sorted(path.parent.name for path in EXTENSION.glob("_locales/*/messages.json"))
PLACEHOLDER = re.compile(r"\$([A-Za-z0-9_]+)\$")


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
    assert set(messages(locale)) == set(messages("en"))


def test_every_text_that_the_code_names_exists_and_every_text_is_named() -> None:
    english = set(messages("en"))
    code = sources()
    named = set(re.findall(r"\bt\(\s*'(\w+)'", code)) | set(re.findall(r"__MSG_(\w+)__", code))
    plural = set(re.findall(r"\btn\(\s*'(\w+)'", code))
    assert named - english == set()
    assert {f"{key}_other" for key in plural} - english == set()
    prefixes = ("status_", *re.findall(r"\bt\(`(\w+_)\$\{", code))
    suffixes = set(re.findall(r"\bt\(`\$\{\w+\}(_\w+)`", code))
    for key in english:
        stem = re.sub(r"_(zero|one|two|few|many|other)$", "", key)
        stems = [key.removesuffix(end) for end in suffixes if key.endswith(end)]
        built = key.startswith(prefixes) or any(f"'{part}'" in code for part in stems)
        assert built or key in code or stem in plural, f"{key} is not used"
