// @ts-check
/// Boots Pyodide under Node from the files that the extension ships, in the way the extension boots it.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const SITE_PACKAGES = "/lib/python3.12/site-packages";

/**
 * @param {string} vendorDir the folder extension/vendor (or dist/unpacked/vendor)
 * @returns {Promise<any>} the Pyodide interface, with NumPy, Pillow and clear_core ready to import
 */
export async function boot(vendorDir) {
  const vendor = resolve(vendorDir);
  const { loadPyodide } = await import(pathToFileURL(`${vendor}/pyodide/pyodide.mjs`).href);
  const [python, packages] = await Promise.all([
    loadPyodide({
      indexURL: `${vendor}/pyodide/`,
      lockFileURL: `${vendor}/pyodide/pyodide-lock.json`,
      stdLibURL: `${vendor}/python/stdlib.zip`,
    }),
    readFile(`${vendor}/python/packages.zip`),
  ]);
  python.unpackArchive(new Uint8Array(packages), "zip", { extractDir: SITE_PACKAGES });
  return python;
}
