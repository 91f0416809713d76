// @ts-check
/** Starts Python (Pyodide) with the core in it, from the snapshot that the build has taken (memory-snapshot.js). */
import { compile, compileBytes } from '../lib/wasm.js';
import { loadPyodide } from '../vendor/pyodide/pyodide.mjs';
import { SITE_PACKAGES, loadFromSnapshot } from './memory-snapshot.js';

/**
 * clear_core.browser
 * @typedef {{
 *   run_search(request: string, picture: Uint8Array, bridge: object): Promise<void>,
 *   describe_model(name: string, title: string, pixels: string, bridge: object): Promise<string>, describe_folder(bridge: object): Promise<string>,
 *   look(picture: Uint8Array, bridge: object): Promise<void>,
 *   stop(): void, pulse(): void,
 * }} Core
 */

/** On Python's path, with the modules that are not in the snapshot. A search needs none of them. */
const ARCHIVES = { stdlib: '/lib/python312.zip', packages: `${SITE_PACKAGES}.zip` };

const vendor = new URL('../vendor/', import.meta.url);

/** @param {string} path below vendor/ */
export async function load(path) {
  const answer = await fetch(new URL(path, vendor));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/**
 * Puts an archive on its place in Python's file system, but reads it only when Python opens it.
 * @param {any} FS Emscripten's @param {string} place @param {string} address
 */
function readLater(FS, place, address) {
  FS.writeFile(place, new Uint8Array());
  const { node } = FS.lookupPath(place);
  const { stream_ops: usual } = node;
  const open = (/** @type {{stream_ops: object}} */ stream) => {
    const request = new XMLHttpRequest();
    request.open('GET', address, false); // Python does not wait for promises; and this is a worker
    request.responseType = 'arraybuffer';
    request.send();
    node.contents = new Uint8Array(request.response);
    node.usedBytes = node.contents.length;
    node.stream_ops = stream.stream_ops = usual;
  };
  node.stream_ops = { ...usual, open };
}

/**
 * Compiles Python's libraries together, as soon as Python itself is compiled. Left to itself, Emscripten compiles each when the one
 * before is opened; and in Firefox each of them waits for whatever else is compiled meanwhile.
 * @param {Promise<Promise<ArrayBuffer>[]>} libraries in the order in which they are opened
 * @returns {{all: Promise<unknown>, end: () => void}} all: until everything is compiled; end: Python has started, or has not
 */
function compileTogether(libraries) {
  const { instantiate, instantiateStreaming } = WebAssembly;
  const end = () => void Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  /** @type {Promise<WebAssembly.Module>[]} */
  let compiled = [];
  const all = new Promise((resolve, reject) => {
    WebAssembly.instantiateStreaming = async (answer, imports) => { // Pyodide calls it for itself
      const module = await compile(answer);
      compiled = (await libraries).map(async (bytes) => compileBytes(await bytes));
      Promise.all(compiled).then(resolve, reject);
      return { module, instance: await instantiate(module, imports) };
    };
  });
  WebAssembly.instantiate = /** @type {any} */ (async (/** @type {BufferSource} */ bytes, /** @type {WebAssembly.Imports} */ imports) => { // Emscripten, for a library
    const module = await (compiled.shift() ?? WebAssembly.compile(bytes));
    return { module, instance: await instantiate(module, imports) };
  });
  return { all, end };
}

/**
 * @param {(error: unknown) => void} onFatal Python does not survive it
 * @param {() => void} onCompiled the longest work for all cores is done; from then on Python starts on one
 * @returns {Promise<Core>}
 */
export async function startPython(onFatal, onCompiled) {
  const at = (/** @type {string} */ path) => new URL(path, vendor).href;
  const facts = load('python/snapshot.json').then((answer) => answer.json());
  const bytes = async (/** @type {string} */ path) => (await load(path)).arrayBuffer();
  const compiling = compileTogether(facts.then(({ libraries }) => libraries.map((/** @type {string} */ name) => bytes(`python/libraries/${name}`))));
  compiling.all.then(onCompiled, onCompiled);
  const content = bytes('python/snapshot.bin');
  const program = () => import('../vendor/pyodide/pyodide.asm.js');
  const started = loadFromSnapshot(program, at('python/libraries/'), facts, content, (options) => loadPyodide({
    ...options, indexURL: at('pyodide/'), lockFileURL: at('pyodide/pyodide-lock.json'),
    stdLibURL: at('python/snapshot.json'), // Pyodide wants something to put there
  }));
  // Emscripten waits for ever for a library that cannot be opened.
  const python = await Promise.race([started, compiling.all.then(() => started)]).finally(compiling.end);
  /** @type {any} */ (python)._api.on_fatal = onFatal;
  for (const [name, place] of Object.entries(ARCHIVES)) readLater(python.FS, place, at(`python/${name}.zip`));
  return python.pyimport('clear_core.browser');
}
