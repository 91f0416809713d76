"""The extension that is measured: the built one, byte for byte, with a folder ``bench`` beside its own.

In it are the pages of the benchmark, stock Pyodide, and CLEAR's stack, so that all is loaded from the same place by the
same browser under the same content security policy.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.mobilenet_float import mobilenet_v2
from clear_build.assets import NUMPY, PILLOW, fetch
from clear_build.console import run_quietly, step
from clear_build.stamps import Stamp, digest
from tests.demo import choose
from tests.standin import offline_library
from tests.standin.images import picture

HERE = Path(__file__).parent
ROOT = HERE.parent
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
WASM = "tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"


def bench_extension(unpacked: Path, target: Path, *, theirs: bool = True) -> Path:
    """Make ``target`` from the extension in ``unpacked``; ``theirs``: with CLEAR's stack, TensorFlow.js.

    Raises BuildError when something cannot be fetched.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(unpacked, target)
    bench = target / "bench"
    shutil.copytree(HERE / "pages", bench)
    shutil.copyfile(HERE / "in_engine.py", bench / "in_engine.py")
    if theirs:
        shutil.copytree(_install_tfjs(), bench, dirs_exist_ok=True)
    (bench / "mobilenet_v2_float.tflite").write_bytes(mobilenet_v2())
    photos = dict(choose(offline_library(), 12))
    (bench / "picture.jpg").write_bytes(picture(photos["tiger"]))
    stock = bench / "stock"
    stock.mkdir()
    for name in PYODIDE_FILES:
        shutil.copyfile(ROOT / "node_modules" / "pyodide" / name, stock / name)
    for wheel in (NUMPY, PILLOW):
        shutil.copyfile(fetch(wheel), stock / wheel.name)
    worker = (target / "engine" / "worker.js").read_text(encoding="utf-8")
    end = (HERE / "pages" / "bench-worker-end.js").read_text(encoding="utf-8")
    (target / "engine" / "bench-worker.js").write_text(f"{worker}\n{end}", encoding="utf-8")
    return target


def _install_tfjs() -> Path:
    """TensorFlow.js of ``tfjs/package-lock.json`` as one worker file, and its .wasm files, in a folder."""
    folder = HERE / "tfjs"
    done = folder / "node_modules" / ".bundled"
    entry = folder / "clear-stack.js"
    stamp = Stamp(done / "stamp", digest(folder / "package-lock.json", entry))
    if stamp.is_current(done / "tfjs-worker.js"):
        return done
    with step("TensorFlow.js 3.18, to measure against"):
        node, npm = (shutil.which(name) or name for name in ("node", "npm"))
        run_quietly(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            failure="npm could not install the packages of benchmarks/tfjs/package-lock.json: check the network.",
            cwd=folder,
        )
        esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
        bundle = ["--bundle", "--format=iife", "--log-level=error", f"--outfile={done / 'tfjs-worker.js'}"]
        run_quietly([node, esbuild, entry, *bundle], failure="esbuild could not bundle TensorFlow.js.", cwd=folder)
        for name in WASM:
            shutil.copyfile(folder / "node_modules/@tensorflow/tfjs-backend-wasm/dist" / name, done / name)
    stamp.set()
    return done
