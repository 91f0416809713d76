"""What build.py calls inside .venv: `python -m clear_build COMMAND [ARGUMENT …]`; the commands are at the end."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from .assets import MOBILENET_V2, Asset, LocalFile
from .audit import audit
from .build import ROOT, Places, build, size_in_megabytes
from .checks import run_checks
from .console import BuildError, step
from .models import MOBILENET_V2_NAMES
from .package import package
from .word_vectors import build_word_vectors


def audit_command(arguments: Sequence[str]) -> int:
    """Ask the advisory services."""
    argparse.ArgumentParser(prog="build.py audit", description="Asks the advisory services.").parse_args(arguments)
    return audit(ROOT)


def build_command(arguments: Sequence[str]) -> int:
    """Build, and say where the result is."""
    parser = argparse.ArgumentParser(prog="build.py build", description="Makes dist/unpacked/.")
    parser.add_argument("--word-vectors", action="store_true", help="with the strategies tiara and tiara_s (8 MB more)")
    parser.add_argument(
        "--model",
        metavar="mobilenet_v2[=FILE]",
        type=_mobilenet,
        help="with MobileNetV2 besides the default network, downloaded or from FILE (3.6 MB more)",
    )
    options = parser.parse_args(arguments)
    with step("Building the extension"):
        unpacked = build(words=options.word_vectors, mobilenet=options.model)
    print(f"{unpacked.relative_to(ROOT)} is ready ({size_in_megabytes(unpacked):.1f} MB).")
    if (unpacked / "manifest.json").is_file():
        print("To load it: chrome://extensions, switch on Developer mode, Load unpacked, choose this folder.")
    return 0


def _mobilenet(text: str) -> Asset:
    """What --model takes: where MobileNetV2 comes from."""
    name, _, file = text.partition("=")
    if name != MOBILENET_V2_NAMES[0]:
        raise argparse.ArgumentTypeError(f"the only other network is {MOBILENET_V2_NAMES[0]}, not “{name}”")
    return dataclasses.replace(MOBILENET_V2, sources=(LocalFile(Path(file)),)) if file else MOBILENET_V2


def demo_command(arguments: Sequence[str]) -> int:
    """Build, then show. The demo is imported late: it needs much that a build does not."""
    with step("Building the extension"):
        build()
    demo = importlib.import_module("clear_build.demo")
    return int(demo.main(list(arguments)))


def test_command(arguments: Sequence[str]) -> int:
    """Build, then check; arguments go to pytest."""
    with step("Building the extension", always=True):
        build()
    return run_checks(ROOT, arguments)


def bench_command(arguments: Sequence[str]) -> int:
    """Build, then measure. What measures is imported late: it needs much that a build does not."""
    soak = "--soak" in arguments
    with step("Building the extension"):
        build()
    benchmark = importlib.import_module("benchmarks.soak" if soak else "benchmarks.bench")
    return int(benchmark.main([argument for argument in arguments if argument != "--soak"]))


def package_command(arguments: Sequence[str]) -> int:
    """Build, pack, and say what came out."""
    argparse.ArgumentParser(prog="build.py package", description="Makes the stores' archives.").parse_args(arguments)
    with step("Building the extension"):
        unpacked = build()
    for path, checksum in package(ROOT, unpacked).items():
        print(f"{checksum}  {path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    return 0


def vectors_command(arguments: Sequence[str]) -> int:
    """Make the word vectors that Tiara needs, and say where they are."""
    argparse.ArgumentParser(prog="build.py vectors", description="Makes word_vectors.npz.").parse_args(arguments)
    target = build_word_vectors(ROOT, Places(ROOT).work)
    print(f"{target.relative_to(ROOT)} is ready: clear search --strategy tiara --vectors {target.relative_to(ROOT)} …")
    return 0


COMMANDS = {
    "audit": audit_command,
    "bench": bench_command,
    "build": build_command,
    "demo": demo_command,
    "package": package_command,
    "test": test_command,
    "vectors": vectors_command,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
