// @ts-check
/** Starts Python (Pyodide) with the core in it, from the snapshot that the build has taken (memory-snapshot.js). */
import { unzipSync } from '../vendor/js/fflate.mjs';
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

const REST_AFTER_MS = 3000; // a search has its first photos by then

const vendor = new URL('../vendor/', import.meta.url);

/** @param {string} path below vendor/ */
export async function load(path) {
  const answer = await fetch(new URL(path, vendor));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** What the snapshot does without: modules that the engine has no need of, as far as anybody knows. @param {any} python */
async function installTheRest(python) {
  const packages = unzipSync(new Uint8Array(await (await load('python/packages.zip')).arrayBuffer()));
  for (const [name, bytes] of Object.entries(packages)) {
    const path = `${SITE_PACKAGES}/${name}`;
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    python.FS.writeFile(path, bytes, { canOwn: true });
  }
}

/** @param {(error: unknown) => void} onFatal Python does not survive it @returns {Promise<Core>} */
export async function startPython(onFatal) {
  const at = (/** @type {string} */ path) => new URL(path, vendor).href;
  const facts = load('python/snapshot.json').then((answer) => answer.json());
  const content = load('python/snapshot.bin').then((answer) => answer.arrayBuffer());
  const program = () => import('../vendor/pyodide/pyodide.asm.js');
  const python = await loadFromSnapshot(program, at('python/libraries/'), facts, content, (options) => loadPyodide({
    ...options, indexURL: at('pyodide/'), lockFileURL: at('pyodide/pyodide-lock.json'), stdLibURL: at('python/stdlib.zip'),
  }));
  /** @type {any} */ (python)._api.on_fatal = onFatal;
  setTimeout(() => installTheRest(python).catch(console.error), REST_AFTER_MS);
  return python.pyimport('clear_core.browser');
}
