"""Progress for people: one line for every step that takes more than a second, nothing for the quick ones."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class BuildError(Exception):
    """Something the user has to know or do; its text is one or two whole sentences."""


@contextmanager
def step(title: str, *, always: bool = False) -> Iterator[None]:
    """Announce `title` once the body has run for a second, and its seconds when it ends.

    On a terminal the seconds count on one line. With `always` the line is printed however quick the body was.
    """
    terminal = sys.stdout.isatty()
    started = time.monotonic()
    finished = threading.Event()

    def tick() -> None:
        announced = False
        while not finished.wait(1.0):
            if terminal:
                print(f"\r  {title} … {time.monotonic() - started:.0f} s", end="", flush=True)
            elif not announced:
                print(f"  {title} …", flush=True)
                announced = True

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        finished.set()
        ticker.join()
        seconds = time.monotonic() - started
        if seconds >= 1.0 or always or outcome == "failed":
            print(f"{chr(13) if terminal else ''}  {title} … {outcome}, {seconds:.1f} s", flush=True)


def run_quietly(command: Sequence[str | Path], *, failure: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run `command`, return what it printed; when it fails, raise BuildError with `failure` and its last lines."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{failure}\nThe program {command[0]} was not found.") from error
    if done.returncode != 0:
        tail = "\n".join(f"    {line[:400]}" for line in done.stdout.strip().splitlines()[-15:])
        raise BuildError(f"{failure}\n{tail}")
    return done.stdout
