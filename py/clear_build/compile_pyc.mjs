// Compiles Python sources with Pyodide's own Python, under Node:  node compile_pyc.mjs PYODIDE_DIR SCRIPT IN.zip OUT.zip
// SCRIPT runs inside Pyodide with `source` = the bytes of IN.zip and leaves the bytes of OUT.zip in `result`.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideDir, script, input, output] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${pyodideDir}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: pyodideDir });
python.globals.set("source", python.toPy(new Uint8Array(readFileSync(input))));
try {
  python.runPython(readFileSync(script, "utf8"));
  writeFileSync(output, python.globals.get("result").toJs());
} catch (error) {
  // Uncaught, Node would print Pyodide's one line of a million characters.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
