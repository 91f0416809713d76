// @ts-check
/** Starts Python (Pyodide) with the core in it, from the snapshot that the build has taken (memory-snapshot.js). */
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

/** On Python's path: of modules that are not in the snapshot, because nothing has ever asked for them. */
const PACKAGES = `${SITE_PACKAGES}.zip`;

const vendor = new URL('../vendor/', import.meta.url);

/** @param {string} path below vendor/ */
export async function load(path) {
  const answer = await fetch(new URL(path, vendor));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** @param {(error: unknown) => void} onFatal Python does not survive it @returns {Promise<Core>} */
export async function startPython(onFatal) {
  const at = (/** @type {string} */ path) => new URL(path, vendor).href;
  const facts = load('python/snapshot.json').then((answer) => answer.json());
  const [content, packages] = ['python/snapshot.bin', 'python/packages.zip'].map((path) => load(path).then((answer) => answer.arrayBuffer()));
  const program = () => import('../vendor/pyodide/pyodide.asm.js');
  const python = await loadFromSnapshot(program, at('python/libraries/'), facts, content, (options) => loadPyodide({
    ...options, indexURL: at('pyodide/'), lockFileURL: at('pyodide/pyodide-lock.json'), stdLibURL: at('python/stdlib.zip'),
  }));
  /** @type {any} */ (python)._api.on_fatal = onFatal;
  python.FS.writeFile(PACKAGES, new Uint8Array(await packages), { canOwn: true });
  return python.pyimport('clear_core.browser');
}
