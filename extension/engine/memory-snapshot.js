// @ts-check
/**
 * Python as the build left it: a picture of its memory in which NumPy, Pillow and the core are imported already
 * (py/clear_build/snapshot.mjs). Runs in the engine's worker and under Node, when the snapshot is taken and in tests.
 *
 * Of such memory only a machine can make sense in which every function and every variable lies where it lay. So the
 * libraries of NumPy and Pillow are not opened by Python, but before it, at the machine's start, one after the other:
 * https://emscripten.org/docs/compiling/Dynamic-Linking.html#load-time-dynamic-linking
 */
import { free } from '../lib/free.js';

/** What the build says of it. @typedef {{bytes: number, libraries: string[]}} Facts   libraries: in site-packages, in the order in which they are opened */
/** Emscripten's. @typedef {{locateFile(file: string): string, dynamicLibraries?: string[]}} Settings */
/** @typedef {(settings: Settings) => Promise<unknown>} Create */

export const SITE_PACKAGES = '/lib/python3.12/site-packages';

const global = /** @type {{_createPyodideModule?: Create}} */ (/** @type {unknown} */ (globalThis));
/** Pyodide's own, once its script has run. @type {Create | undefined} */
let create;

/**
 * The next machine that Pyodide makes opens these libraries first. By then Pyodide has begun to fetch its WebAssembly.
 * @param {() => Promise<unknown>} program imports pyodide.asm.js
 * @param {string} folder address of the libraries' folder, with a / at the end
 * @param {() => Promise<string[]>} libraries
 * @param {() => Promise<unknown>} [memory] the machine is not handed over before that is there
 */
export function openFirst(program, folder, libraries, memory = async () => {}) {
  global._createPyodideModule = async (settings) => {
    if (!create) {
      await program();
      create = global._createPyodideModule;
    }
    const names = await libraries();
    const [machine] = await Promise.all([/** @type {Create} */ (create)({
      ...settings,
      dynamicLibraries: names.map((name) => `${SITE_PACKAGES}/${name}`),
      locateFile: (file) => (file.startsWith(SITE_PACKAGES) ? `${folder}${file.slice(SITE_PACKAGES.length + 1)}` : settings.locateFile(file)),
    }), memory()]);
    return machine;
  };
}

/**
 * Starts Python from its snapshot.
 * @template Python
 * @param {() => Promise<unknown>} program imports pyodide.asm.js
 * @param {string} folder address of the libraries' folder, with a / at the end
 * @param {Promise<Facts>} facts
 * @param {Promise<ArrayBuffer | Uint8Array>} content of the snapshot: all that starts is under way before it is there
 * @param {(options: {_loadSnapshot: Promise<Uint8Array>}) => Promise<Python>} load calls loadPyodide
 */
export async function loadFromSnapshot(program, folder, facts, content, load) {
  // Pyodide asks for its size before it makes the machine, and for what is in it after that.
  const snapshot = facts.then(({ bytes }) => new Uint8Array(new ArrayBuffer(bytes)));
  const fill = async () => {
    const memory = await content;
    (await snapshot).set(new Uint8Array(memory));
    if (memory instanceof ArrayBuffer) free(memory);
  };
  openFirst(program, folder, async () => (await facts).libraries, fill);
  const python = await load({ _loadSnapshot: snapshot });
  free((await snapshot).buffer);
  const { _module: machine } = /** @type {any} */ (python);
  // Where the browser lets it, Python counts the arguments of a function with WebAssembly instead of JavaScript.
  const offset = machine.HEAP32[machine.__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET >>> 2];
  machine.HEAP32[(machine.__PyRuntime + offset) >>> 2] = machine._PyEM_CountArgsPtr;
  /** @type {any} */ (python).pyimport('random').seed(); // from the same memory come the same numbers
  return python;
}
