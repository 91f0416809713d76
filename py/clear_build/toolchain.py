"""The two private tool boxes of the clone: `.venv` from requirements.lock and `node_modules` from package-lock.json.

Runs in the user's own Python before anything is installed, so: standard library only.
pip and npm read the user's own registry configuration; the lock files hold versions and hashes, no addresses.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .console import BuildError, run_quietly, step
from .stamps import Stamp, digest

OLDEST_NODE = 18


def venv_python(root: Path) -> Path:
    """The interpreter inside the clone's `.venv`."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure_venv(root: Path) -> Path:
    """Create or bring up to date `.venv`, the clone itself installed editable; return its interpreter."""
    folder, python = root / ".venv", venv_python(root)
    stamp = Stamp(
        folder / "clear-build.stamp",
        digest(root / "requirements.lock", root / "pyproject.toml", sys.version, str(root)),
    )
    if stamp.is_current(python):
        return python
    stamp.clear()
    with step("Python packages into .venv"):
        # A .venv of the same Python is brought up to date in place: somebody may be working in it.
        fresh = _python_version(python) != sys.version
        run_quietly(
            [sys.executable, "-m", "venv", *(["--clear"] if fresh else []), folder],
            failure="Python could not make a virtual environment: install its venv module "
            "(on Debian or Ubuntu: apt-get install python3-venv) and run this command again.",
            cwd=root,
        )
        pip: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        run_quietly(
            [*pip, "--require-hashes", "-r", root / "requirements.lock"],
            failure="pip could not install the packages of requirements.lock: "
            "check the network (or your pip configuration) and run this command again.",
            cwd=root,
        )
        run_quietly(
            [*pip, "--no-deps", "--no-build-isolation", "-e", root],
            failure="pip could not install this clone into its own .venv.",
            cwd=root,
        )
    stamp.set()
    return python


def _python_version(python: Path) -> str | None:
    """`sys.version` of an interpreter, None when it does not start."""
    try:
        asked = subprocess.run(
            [python, "-c", "import sys; print(sys.version, end='')"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return asked.stdout


def ensure_node_modules(root: Path) -> Path:
    """Create or bring up to date `node_modules`; return the path of `node`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise BuildError(
            f"Node.js {OLDEST_NODE} or newer with npm is needed and was not found: install it "
            "(on Debian or Ubuntu: apt-get install nodejs npm) and run this command again."
        )
    version = run_quietly([node, "--version"], failure="Node.js does not start.", cwd=root).strip()
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < OLDEST_NODE:
        raise BuildError(f"Node.js {OLDEST_NODE} or newer is needed, but {node} is {version}: install a newer one.")
    modules = root / "node_modules"
    stamp = Stamp(modules / ".clear-build.stamp", digest(root / "package-lock.json", root / "package.json", version))
    if not stamp.is_current(modules):
        stamp.clear()
        with step("JavaScript packages into node_modules"):
            run_quietly(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                failure="npm could not install the packages of package-lock.json: "
                "check the network (or your npm configuration) and run this command again.",
                cwd=root,
            )
        stamp.set()
    return Path(node)
