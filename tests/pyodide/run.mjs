// @ts-check
// Runs Python inside Pyodide under Node, with the very files that the extension ships.
// usage: node run.mjs REPOSITORY SITE_PACKAGES facts PICTURES | malformed ARCHIVE | tests FOLDER…
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [repository, sitePackages, what, ...rest] = process.argv.slice(2);
const { boot } = await import(pathToFileURL(path.join(repository, 'py/clear_build/pyodide_node.mjs')).href);
// Node would print Pyodide's minified source before the message.
process.on('uncaughtException', (error) => {
  console.error(error.message);
  process.exit(1);
});
const python = await boot(path.join(repository, 'extension/vendor'));

// The tests come from the repository, the core from the bundle: py/ is not mounted.
for (const [name, folder] of [['tests', path.join(repository, 'tests')], ['site', sitePackages]]) {
  python.FS.mkdirTree(`/mnt/${name}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, `/mnt/${name}`);
}
python.runPython(`
import sys, pathlib
root = pathlib.Path('/root'); root.mkdir(exist_ok=True); (root / 'tests').symlink_to('/mnt/tests')
sys.path.insert(0, '/root')
sys.dont_write_bytecode = True
`);

if (what === 'facts') {
  python.FS.mkdirTree('/mnt/pictures');
  python.FS.mount(python.FS.filesystems.NODEFS, { root: rest[0] }, '/mnt/pictures');
} else if (what === 'malformed') {
  python.FS.writeFile('/archive.tar.gz', fs.readFileSync(rest[0]));
} else {
  // Only the test tools, which are pure Python: NumPy and Pillow must be the bundled ones.
  python.runPython(`
site = pathlib.Path('/site'); site.mkdir()
for name in ('pytest', '_pytest', 'py.py', 'pluggy', 'iniconfig', 'packaging', 'pygments', 'hypothesis', 'sortedcontainers', 'attr',
             'attrs', '_hypothesis_globals.py', '_hypothesis_ftz_detector.py', '_hypothesis_pytestplugin.py'):
    if (pathlib.Path('/mnt/site') / name).exists():
        (site / name).symlink_to(f'/mnt/site/{name}')
sys.path.append('/site')
`);
}

/** @type {number} */
let code = 0;
if (what === 'facts') {
  console.log(python.runPython("from tests.pyodide.facts import facts_json; facts_json('/mnt/pictures')"));
} else if (what === 'malformed') {
  /** Bytes of Python's memory, which never becomes smaller. */
  const memory = () => /** @type {any} */ (python)._module.HEAPU8.length;
  console.log(python.runPython('from tests.pyodide.malformed import bombs_json; bombs_json()'));
  const bombs = memory();
  console.log(python.runPython("from tests.pyodide.malformed import malformed_json; malformed_json('/archive.tar.gz')"));
  console.log(JSON.stringify({ bombs, all: memory() }));
} else {
  python.globals.set('folders', python.toPy(rest));
  code = python.runPython(`
import os, pytest
os.chdir('/root')
pytest.main(['-q', '--import-mode=importlib', '-p', 'no:cacheprovider', '-p', 'no:faulthandler', '--capture=sys', *folders])
`);
}
process.exit(code);
