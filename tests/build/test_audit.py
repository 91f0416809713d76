"""What the audits say is read right: a hole fails, an allowed one does not, silence is told from soundness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clear_build import audit
from clear_build.audit import Finding, Unreachable, read_npm, read_pip
from clear_build.console import BuildError

NPM = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "left": {"via": ["right"]},
        "right": {"via": [{"name": "right", "title": "Bad", "url": "https://github.com/advisories/GHSA-1"}]},
        "again": {"via": [{"name": "right", "title": "Bad", "url": "https://github.com/advisories/GHSA-1"}]},
    },
}
NPM_ERROR = {"message": "405 Method Not Allowed - POST …/-/npm/v1/security/advisories/bulk", "error": {"summary": ""}}
PIP = {
    "dependencies": [
        {"name": "sound", "version": "1", "vulns": []},
        {"name": "unknown", "skip_reason": "not on PyPI"},
        {"name": "pillow", "version": "10.2.0", "vulns": [
            {"id": "GHSA-44wm-f244-xhp3", "aliases": ["CVE-2024-28219"], "description": "overflow", "fix_versions": []},
        ]},
    ],
    "fixes": [],
}  # fmt: skip


def test_holes_are_read() -> None:
    assert read_npm(json.dumps(NPM), "") == [Finding("right", ("GHSA-1",), "Bad")]
    (hole,) = read_pip(json.dumps(PIP), "Found 1 known vulnerability")
    assert hole.names == ("GHSA-44wm-f244-xhp3", "CVE-2024-28219")
    assert hole.reason is not None  # by its other name


def test_silence_is_not_soundness_and_not_a_failure() -> None:
    with pytest.raises(Unreachable):
        read_npm(json.dumps(NPM_ERROR), "npm error audit endpoint returned an error")
    with pytest.raises(Unreachable):
        read_pip("", "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev')")


@pytest.mark.parametrize("said", ["", "Traceback: KeyError", "[]"])
def test_an_audit_that_breaks_is_a_failure(said: str) -> None:
    for read in (read_npm, read_pip):
        with pytest.raises(BuildError):
            read(said, "")


@pytest.mark.parametrize(("names", "code"), [(("GHSA-1",), 1), (("GHSA-9", "CVE-2024-28219"), 0), ((), 0)])
def test_only_holes_that_are_not_allowed_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], names: tuple[str, ...], code: int
) -> None:
    def silent(root: Path) -> list[Finding]:
        raise Unreachable("ENOTFOUND")

    monkeypatch.setattr(audit, "npm_audit", silent)
    monkeypatch.setattr(audit, "pip_audit", lambda root: [Finding("pillow", names, "Bad")] if names else [])
    assert audit.audit(Path()) == code
    said = capsys.readouterr().out
    assert "npm audit: the advisory service cannot be reached" in said
    assert ("NOT ALLOWED" in said) == bool(code)


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason) > 30 for reason in audit.ALLOWED.values())
