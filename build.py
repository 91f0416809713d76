#!/usr/bin/env python3
"""The one door to this repository. With no argument it explains itself; it needs only Python and Node.js."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
COMMANDS = {
    "audit": "ask whether a hole is known in anything that ships or builds (part of test)",
    "build": "make dist/unpacked/, which loads in the browser as an unpacked extension",
    "demo": "build, then open a real browser with the extension and a page of pictures",
    "bench": "build, then measure against CLEAR's stack (--quick: a look; --soak: 2,000 searches under fault)",
    "package": "build, then pack dist/clear-VERSION-{chrome,firefox,source}.zip for the stores",
    "vectors": "fetch the word vectors that the strategies tiara and tiara_s need (command line and evaluation)",
    "test": "build, then check and test everything (more arguments go to pytest)",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Builds, shows and tests the image search extension. "
        "Everything it needs is put into .venv, node_modules and a cache in your home; nothing else is touched.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        # The rest of the line, --help included, belongs to the command.
        commands.add_parser(name, help=purpose, add_help=False)
    choice, rest = parser.parse_known_args()
    if choice.command is None:
        parser.print_help()
        return 0

    sys.path.insert(0, str(ROOT / "py"))
    from clear_build.console import BuildError
    from clear_build.toolchain import ensure_node_modules, ensure_venv

    try:
        python = ensure_venv(ROOT)
        ensure_node_modules(ROOT)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return subprocess.call([python, "-m", "clear_build", choice.command, *rest], cwd=ROOT)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what says so)
        sys.exit(f"build.py: Python 3.11 or newer is needed, and this is {sys.version.split()[0]}.")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
