// Keeps Python's memory with everything imported:  node snapshot.mjs PYODIDE_DIR SCRIPT DIR
// SCRIPT runs inside Pyodide and imports what is to be there. DIR has stdlib.zip, packages/ and names.json, which lists the
// files in packages/; it gets snapshot.bin and snapshot.json (memory-snapshot.js).
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SITE_PACKAGES, openFirst } from "../../extension/engine/memory-snapshot.js";

const [pyodideDir, script, folder] = process.argv.slice(2).map((path) => resolve(path));

// Nothing of this machine and of this hour may come into the memory: same input, same bytes.
const THEN = Date.UTC(1980);
globalThis.Date = class extends Date {
  /** @param {[]} parts */
  constructor(...parts) {
    super(...(parts.length ? parts : [THEN]));
  }
  static now = () => THEN;
};
performance.now = () => 0;
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
define("navigator", { userAgent: "Clear", languages: ["C"] });
define("crypto", { getRandomValues: (/** @type {Uint8Array} */ array) => array.fill(7) });

const { loadPyodide } = await import(pathToFileURL(`${pyodideDir}/pyodide.mjs`).href);
const program = () => import(pathToFileURL(`${pyodideDir}/pyodide.asm.js`).href);
/** @type {string[]} */
const names = JSON.parse(readFileSync(`${folder}/names.json`, "utf8"));

/** Python, with everything imported. @param {string[]} libraries */
async function started(libraries) {
  openFirst(program, `${folder}/packages/`, async () => libraries);
  const env = { PYTHONHASHSEED: "0" };
  const stdLibURL = `${folder}/stdlib.zip`;
  const python = await loadPyodide({ indexURL: pyodideDir, stdLibURL, env, _makeSnapshot: true, _sysExecutable: "python" });
  for (const name of names) {
    python.FS.mkdirTree(dirname(`${SITE_PACKAGES}/${name}`));
    python.FS.writeFile(`${SITE_PACKAGES}/${name}`, readFileSync(`${folder}/packages/${name}`));
  }
  python.runPython(readFileSync(script, "utf8"));
  return python;
}
/** Those that are open. */
const librariesOf = (python) => Object.keys(python._module.LDSO.loadedLibsByName)
  .filter((name) => name.startsWith(SITE_PACKAGES)).map((name) => name.slice(SITE_PACKAGES.length + 1));

try {
  const libraries = librariesOf(await started([]));
  const python = await started(libraries);
  const more = librariesOf(python).slice(libraries.length);
  if (more.length) throw new Error(`opened late: ${more.join(", ")}`);
  const { HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET } = python._module;
  HEAP32[(__PyRuntime + HEAP32[__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET >>> 2]) >>> 2] = 0; // is there only in a newer Node
  const memory = python.makeMemorySnapshot();
  writeFileSync(`${folder}/snapshot.bin`, memory);
  writeFileSync(`${folder}/snapshot.json`, `${JSON.stringify({ bytes: memory.length, libraries })}\n`);
} catch (error) {
  // Uncaught, Node would print Pyodide's one line of a million characters.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
