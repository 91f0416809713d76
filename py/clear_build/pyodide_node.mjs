// @ts-check
/// Starts Pyodide under Node from the files that the extension ships, in the way its engine does.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SITE_PACKAGES, loadFromSnapshot } from "../../extension/engine/memory-snapshot.js";

/**
 * @param {string} vendorDir the folder extension/vendor (or dist/unpacked/vendor)
 * @returns {Promise<any>} the Pyodide interface, with NumPy, Pillow and clear_core imported, and no file to import more from
 */
export async function start(vendorDir) {
  const vendor = resolve(vendorDir);
  const { loadPyodide } = await import(pathToFileURL(`${vendor}/pyodide/pyodide.mjs`).href);
  const program = () => import(pathToFileURL(`${vendor}/pyodide/pyodide.asm.js`).href);
  const facts = readFile(`${vendor}/python/snapshot.json`, "utf8").then(JSON.parse);
  const content = readFile(`${vendor}/python/snapshot.bin`);
  return loadFromSnapshot(program, `${vendor}/python/libraries/`, facts, content, (options) => loadPyodide({
    ...options,
    indexURL: `${vendor}/pyodide/`,
    lockFileURL: `${vendor}/pyodide/pyodide-lock.json`,
    stdLibURL: `${vendor}/python/stdlib.zip`,
  }));
}

/** The same with all that is in packages.zip. @param {string} vendorDir @returns {Promise<any>} */
export async function boot(vendorDir) {
  const python = await start(vendorDir);
  const packages = new Uint8Array(await readFile(`${resolve(vendorDir)}/python/packages.zip`));
  python.unpackArchive(packages, "zip", { extractDir: SITE_PACKAGES });
  return python;
}
