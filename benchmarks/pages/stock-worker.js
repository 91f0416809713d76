/** Stock Pyodide from its official files, with NumPy and Pillow imported: says {ready: true}, or {error}. */
import { loadPyodide } from './stock/pyodide.mjs';

try {
  const python = await loadPyodide({ indexURL: new URL('stock/', import.meta.url).href });
  await python.loadPackage(['numpy', 'pillow'], { messageCallback: () => {} });
  python.runPython('import numpy, PIL.Image');
  self.postMessage({ ready: true });
} catch (error) {
  self.postMessage({ error: String(error?.message ?? error) });
}
