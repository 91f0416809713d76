"""`build.py test`: linters, type checkers and all tests, every one of them even when an earlier one fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .browser_setup import ensure_browser, ensure_test_programs
from .console import BuildError

BROWSER, GUARD = "tests/browser", "tests/guard"
Arguments = Sequence[str | Path]


@dataclass(frozen=True)
class Check:
    """One command. One of them can run ``beside`` others, in the time that they leave: browsers mostly wait."""

    name: str
    command: Arguments
    beside: bool = False


def checks(root: Path, pytest_arguments: Sequence[str]) -> list[Check]:
    """In their order; what measures comes last, when nothing runs any more. Of what is named, one run."""
    node = shutil.which("node") or "node"
    pytest = [sys.executable, "-m", "pytest"]
    static = [
        Check("ruff", [sys.executable, "-m", "ruff", "check", "."]),
        Check("mypy", [sys.executable, "-m", "mypy"]),
        Check("tsc", [node, root / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit"]),
        Check("audit", [sys.executable, "-m", "clear_build", "audit"]),
    ]
    if pytest_arguments:
        return [*static, Check("pytest", [*pytest, *pytest_arguments])]
    return [
        *static,
        Check("pytest", [*pytest, "--ignore", BROWSER, "--ignore", GUARD], beside=True),
        Check("browsers", [*pytest, "--durations", "20", BROWSER]),
        Check("speed", [*pytest, GUARD]),
    ]


class Aside:
    """A check that runs beside the next one, at the lowest priority; what it says is printed when it is waited for."""

    def __init__(self, check: Check, root: Path, environment: Mapping[str, str]) -> None:
        self.name, self.started = check.name, time.monotonic()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 -- it lives as long as the process
        nice = [program, "-n", "19"] if (program := shutil.which("nice")) else []
        command = [*nice, *map(str, check.command)]
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdout=self._said, stderr=subprocess.STDOUT
        )

    def wait(self) -> int:
        """Its exit code."""
        code = self._process.wait()
        self._said.seek(0)
        print(self._said.read().decode(errors="replace"), flush=True)
        return code


def run_checks(root: Path, pytest_arguments: Sequence[str]) -> int:
    """0 when all is well, else 1. Prints each step, its output and its seconds."""
    environment = dict(os.environ)
    try:
        environment["CLEAR_CHROMIUM"] = str(ensure_browser(root))
        ensure_test_programs(root)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    outcomes, aside = [], list[Aside]()
    for check in checks(root, pytest_arguments):
        print(f"== {check.name}{', beside what follows' * check.beside}", flush=True)
        started = time.monotonic()
        if check.beside:
            aside.append(Aside(check, root, environment))
            continue
        code = subprocess.call([str(part) for part in check.command], cwd=root, env=environment)
        outcomes.append((check.name, code, time.monotonic() - started))
        while aside:
            other = aside.pop()
            print(f"== {other.name}", flush=True)
            outcomes.append((other.name, other.wait(), time.monotonic() - other.started))
    print("==")
    for name, code, seconds in outcomes:
        print(f"  {name}: {'ok' if code == 0 else f'failed (exit code {code})'}, {seconds:.1f} s")
    return 0 if all(code == 0 for _, code, _ in outcomes) else 1
