"""`build.py test`: linters, type checkers and all tests, every one of them even when an earlier one fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .browser_setup import ensure_browser, ensure_test_programs
from .console import BuildError

BROWSER, GUARD = "tests/browser", "tests/guard"
"""They use more than one core by themselves, or measure: nothing runs beside them."""
MOST_WORKERS = 4


def pytest_runs(arguments: Sequence[str]) -> list[tuple[str, list[str | Path]]]:
    """One run of what is named; of everything, the browsers', one of all else on all cores, and what measures."""
    pytest: list[str | Path] = [sys.executable, "-m", "pytest"]
    if arguments:
        return [("pytest", [*pytest, *arguments])]
    workers = str(min(MOST_WORKERS, os.cpu_count() or 1))
    apart = ["-n", workers, "--dist", "loadfile", "--ignore", BROWSER, "--ignore", GUARD]
    return [
        ("browsers", [*pytest, "--durations", "20", BROWSER]),
        ("pytest", [*pytest, *apart]),
        ("speed", [*pytest, GUARD]),
    ]


def run_checks(root: Path, pytest_arguments: Sequence[str]) -> int:
    """0 when all is well, else 1. Prints each step, its output and its seconds."""
    node = shutil.which("node") or "node"
    checks: list[tuple[str, list[str | Path]]] = [
        ("ruff", [sys.executable, "-m", "ruff", "check", "."]),
        ("mypy", [sys.executable, "-m", "mypy"]),
        ("tsc", [node, root / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit"]),
        ("audit", [sys.executable, "-m", "clear_build", "audit"]),
        *pytest_runs(pytest_arguments),
    ]
    environment = dict(os.environ)
    try:
        environment["CLEAR_CHROMIUM"] = str(ensure_browser(root))
        ensure_test_programs(root)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    outcomes = []
    for name, command in checks:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.call([str(part) for part in command], cwd=root, env=environment)
        outcomes.append((name, code, time.monotonic() - started))
    print("==")
    for name, code, seconds in outcomes:
        print(f"  {name}: {'ok' if code == 0 else f'failed (exit code {code})'}, {seconds:.1f} s")
    return 0 if all(code == 0 for _, code, _ in outcomes) else 1
