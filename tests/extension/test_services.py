"""The services as the extension lists them: in the script, in the manifest and in the core they are the same."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clear_core.services import MANNERS, SERVICES, Terms
from clear_core.services.folder import Folder

EXTENSION = Path(__file__).parents[2] / "extension"


@pytest.fixture
def listed() -> dict[str, dict[str, Any]]:
    """``SERVICES`` of lib/services.js, as JavaScript reads it. Infinity is null in JSON."""
    script = "const m = await import(process.argv[1]); console.log(JSON.stringify(m.SERVICES))"
    url = (EXTENSION / "lib" / "services.js").as_uri()
    node = ["node", "--input-type=module", "-e", script, url]
    run = subprocess.run(node, capture_output=True, text=True, check=True, timeout=60)
    services: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return services


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXTENSION / "manifest.json").read_text(encoding="utf-8"))
    return loaded


def policy(manifest: dict[str, Any], directive: str) -> list[str]:
    parts = manifest["content_security_policy"]["extension_pages"].split(";")
    return next(part.split()[1:] for part in parts if part.split()[0] == directive)


def test_the_core_knows_the_same_services(listed: dict[str, dict[str, Any]]) -> None:
    assert set(listed) == {*SERVICES, Folder.name}
    assert listed.pop(Folder.name)["title"] == Folder.title
    for name, place in listed.items():
        assert SERVICES[name](None, Terms()).title == place["title"]  # type: ignore[arg-type]
        if place["queries"] is not None:
            assert place["queries"] == MANNERS[name].queries


def test_the_policy_names_their_hosts_and_no_other(listed: dict[str, dict[str, Any]], manifest: dict[str, Any]) -> None:
    def host(url: str) -> str:
        return re.sub(r"^https://([^/]+).*", r"\1", url)

    pictures = {host(url) for place in listed.values() for url in place["pictures"]}
    asked = {host(url) for place in listed.values() for url in place["access"]}
    assert policy(manifest, "img-src") == ["'self'", "blob:", "data:"]  # an <img> would send cookies: all is fetched
    assert {host(source) for source in policy(manifest, "connect-src") if source.startswith("https:")} == asked
    assert not {"*", "https:", "http:"} & set(policy(manifest, "connect-src"))
    assert pictures <= asked


def test_only_flickr_is_reached_without_asking(listed: dict[str, dict[str, Any]], manifest: dict[str, Any]) -> None:
    assert sorted(manifest["host_permissions"]) == sorted(listed["flickr"]["access"])
