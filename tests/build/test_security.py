"""SECURITY.md names tests: each of them exists."""

from __future__ import annotations

import re

from .conftest import ROOT


def test_every_test_that_security_md_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    defined = {name for text in files for name in re.findall(r"^def (test_\w+)\(", text, flags=re.MULTILINE)}
    assert len(named) > 25
    assert named - defined == set()
