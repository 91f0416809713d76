"""`build.py audit`, which is also a step of `build.py test`: is a hole known in anything that ships, or that builds it?

`npm audit` asks the npm registry about package-lock.json; `pip-audit` asks https://osv.dev about requirements.lock and
the Python packages inside the extension. Where they cannot be reached that is said in a line, and is no failure: a
clone must build and test without them. A hole that is found is one, unless ALLOWED says why it does not concern us.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .assets import NUMPY, PILLOW
from .console import BuildError, run_quietly, step
from .stamps import Stamp, digest

ALLOWED: Mapping[str, str] = {
    "CVE-2024-28219": "Pillow's ImageCms: its C module is not in Pyodide's build of Pillow, so it cannot be imported.",
}
"""Identifier (or alias) of an advisory → why what we ship or run is not exposed to it."""

UNREACHABLE = (
    "ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError", "ENOTFOUND", "ECONNREFUSED", "ECONNRESET",
    "ETIMEDOUT", "EAI_AGAIN", "audit endpoint returned an error", "ENOAUDIT",
)  # fmt: skip
"""How the two programs say that they got no answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A known hole: in which package of which version, under which names, and where to read about it."""

    package: str
    names: tuple[str, ...]
    title: str

    def __str__(self) -> str:
        return f"{self.package}: {' = '.join(self.names)}: {self.title}"

    @property
    def reason(self) -> str | None:
        """Why it is allowed; None if it is not."""
        return next((ALLOWED[name] for name in self.names if name in ALLOWED), None)


class Unreachable(Exception):
    """The advisory service gave no answer; the text is what the program said of it."""


def audit(root: Path) -> int:
    """Ask both, say what came of it; 1 if there is a hole that is not allowed, else 0."""
    findings: list[Finding] = []
    for name, ask in (("npm audit", npm_audit), ("pip-audit", pip_audit)):
        try:
            found = ask(root)
        except Unreachable as error:
            print(f"{name}: the advisory service cannot be reached, so nothing is known ({error}).")
            continue
        print(f"{name}: {len(found)} known holes")
        findings += found
    for finding in findings:
        print(f"  {finding}\n    {'allowed: ' + finding.reason if finding.reason else 'NOT ALLOWED'}")
    return int(any(finding.reason is None for finding in findings))


def npm_audit(root: Path) -> list[Finding]:
    """Holes in package-lock.json. Raises Unreachable; BuildError when npm fails otherwise."""
    npm = shutil.which("npm") or "npm"
    run = subprocess.run([npm, "audit", "--json"], cwd=root, capture_output=True, text=True, check=False)
    return read_npm(run.stdout, run.stderr)


def read_npm(output: str, errors: str) -> list[Finding]:
    """What `npm audit --json` printed."""
    told = _json(output, errors)
    if "vulnerabilities" not in told:
        raise _no_answer(f"{errors} {output}")
    holes = [hole for package in told["vulnerabilities"].values() for hole in package["via"] if isinstance(hole, dict)]
    found = [Finding(hole["name"], (hole["url"].rpartition("/")[2],), hole["title"]) for hole in holes]
    return list(dict.fromkeys(found))


def pip_audit(root: Path) -> list[Finding]:
    """Holes in requirements.lock and in the wheels that ship. Raises as npm_audit does."""
    python = _pip_audit_venv(root)
    shipped = root / ".build" / "shipped.txt"
    wheels = [wheel.name.split("-")[:2] for wheel in (NUMPY, PILLOW)]
    shipped.write_text("".join(f"{name}=={number}\n" for name, number in wheels), encoding="utf-8")
    common = ["--vulnerability-service", "osv", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    findings = []
    for arguments in (["--require-hashes", "-r", root / "requirements.lock"], ["--no-deps", "-r", shipped]):
        command = [str(part) for part in [python, "-m", "pip_audit", *common, *arguments]]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        findings += read_pip(run.stdout, run.stderr)
    return findings


def read_pip(output: str, errors: str) -> list[Finding]:
    """What `pip-audit --format json` printed."""
    told = _json(output, errors)
    return [
        Finding(f"{package['name']} {package['version']}", (hole["id"], *hole["aliases"]), hole["description"][:200])
        for package in told["dependencies"]
        for hole in package.get("vulns", ())
    ]


def _pip_audit_venv(root: Path) -> Path:
    """A venv with pip-audit alone: what it brings is nobody else's business. Raises Unreachable."""
    folder, lock = root / ".build" / "audit", root / "requirements-audit.lock"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = Stamp(folder / "stamp", digest(lock, sys.version))
    if not stamp.is_current(python):
        with step("pip-audit into a venv of its own"):
            venv.create(folder, clear=True, with_pip=True)
            pip: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            try:
                pip += ["--require-hashes", "-r", lock]
                run_quietly(pip, failure="pip-audit could not be installed", cwd=root)
            except BuildError as error:
                raise Unreachable(str(error).splitlines()[0]) from None
        stamp.set()
    return python


def _json(output: str, errors: str) -> dict[str, Any]:
    try:
        told = json.loads(output)
    except ValueError:
        raise _no_answer(f"{errors} {output}") from None
    if not isinstance(told, dict):
        raise BuildError(f"An audit answered something else than it should: {output[:200]}")
    return told


def _no_answer(said: str) -> Exception:
    """Unreachable, if that is what was said; else the audit itself is broken, and that is a failure."""
    sign = next((sign for sign in UNREACHABLE if sign in said), None)
    return Unreachable(sign) if sign else BuildError(f"An audit failed: {said.strip()[-500:]}")

