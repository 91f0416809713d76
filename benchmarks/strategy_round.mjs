// @ts-check
// One round of the pool strategy in Pyodide under Node: see strategy_round.py. The core comes from py/, not the bundle.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { boot } from '../py/clear_build/pyodide_node.mjs';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const python = await boot(path.join(repository, 'extension/vendor'));
for (const folder of ['py', 'benchmarks']) {
  python.FS.mkdirTree(`/mnt/${folder}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: path.join(repository, folder) }, `/mnt/${folder}`);
}
console.log(python.runPython(`
import sys, json
sys.dont_write_bytecode = True
sys.path[:0] = ['/mnt/py', '/mnt/benchmarks']
from strategy_round import measure
json.dumps(measure())
`));
