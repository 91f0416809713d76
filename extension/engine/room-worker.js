// @ts-check
/**
 * Runs Python for a user's own score, in the frame of sandbox.html: without origin, extension and network. Once Python has
 * started, this worker also throws away all that a browser offers beyond the language itself. Pyodide's own scripts stand
 * before this one in the same blob.
 *
 * in, once: {files: {name: ArrayBuffer}} and a port.   On the port: {ready: true} or {failed: string}, then for each
 * {question: string, files: {name: Uint8Array}} one {answer: string} (py/clear_core/scores/room.py), or {failed: string}
 * when Python itself is beyond help.
 */
'use strict';
(() => {
  const HERE = 'https://room.invalid/'; // Pyodide wants an address; nothing is ever asked there
  const SITE_PACKAGES = '/lib/python3.12/site-packages';
  const MAX_MEMORY = 512 * 2 ** 20;

  /** What Python's machine needs to go on. The language, no door. */
  const KEPT = new Set([
    'globalThis', 'self', 'console', 'crypto', 'performance', 'queueMicrotask', 'setTimeout', 'clearTimeout', 'TextDecoder',
    'TextEncoder', 'WebAssembly', 'DOMException', 'Infinity', 'NaN', 'undefined', 'isFinite', 'isNaN', 'parseFloat', 'parseInt',
    'Object', 'Function', 'Array', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'Number', 'BigInt', 'Boolean',
    'String', 'Symbol', 'Date', 'RegExp', 'Math', 'JSON', 'Reflect', 'Proxy', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet',
    'WeakRef', 'FinalizationRegistry', 'Iterator', 'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError',
    'SyntaxError', 'TypeError', 'URIError', 'SuppressedError', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array',
    'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array',
    'BigUint64Array', 'decodeURIComponent', 'encodeURIComponent', 'decodeURI', 'encodeURI', 'escape', 'unescape',
  ]);

  /** Takes everything else away from the global object and from what it inherits. */
  function lock() {
    for (let object = self; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
      for (const name of Object.getOwnPropertyNames(object)) {
        if (KEPT.has(name) || name === 'constructor') continue;
        try {
          if (delete (/** @type {any} */ (object)[name])) continue;
          Object.defineProperty(object, name, { value: undefined });
        } catch { /* a name that the browser holds on to, none of which opens a door (a test tries) */ }
      }
    }
  }

  /** Python must not eat the memory of the machine. */
  function limitMemory() {
    const { grow } = WebAssembly.Memory.prototype;
    WebAssembly.Memory.prototype.grow = function (/** @type {number} */ pages) {
      if (this.buffer.byteLength + Number(pages) * 65_536 > MAX_MEMORY) throw new RangeError('out of memory');
      return grow.call(this, pages);
    };
  }

  /** @param {Record<string, ArrayBuffer>} files */
  async function start(files) {
    self.fetch = async (address) => {
      const name = String(address).slice(HERE.length);
      const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
      return new Response(files[name], { headers: { 'content-type': type } });
    };
    // What happens here is told to the user; the browser's list of our errors is for ours.
    console.warn = console.error = console.debug;
    limitMemory();
    const python = await /** @type {any} */ (self).loadPyodide({
      indexURL: HERE, lockFileURL: `${HERE}pyodide-lock.json`, stdLibURL: `${HERE}stdlib.zip`, jsglobals: {},
    });
    python.unpackArchive(files['packages.zip'], 'zip', { extractDir: SITE_PACKAGES });
    for (const [name, bytes] of Object.entries(files)) {
      if (name.startsWith('libraries/')) python.FS.writeFile(name.replace('libraries', SITE_PACKAGES), new Uint8Array(bytes));
    }
    python.FS.mkdir('/room');
    const { answer } = python.pyimport('clear_core.scores.room');
    for (const name of ['js', 'pyodide_js']) python.unregisterJsModule(name);
    python.runPython("import sys\nfor name in [name for name in sys.modules if name.split('.')[0] in ('js', 'pyodide_js')]: del sys.modules[name]");
    return { answer, files: python.FS };
  }

  self.onmessage = async ({ data, ports: [port] }) => {
    self.onmessage = null;
    const post = port.postMessage.bind(port);
    try {
      const python = await start(data.files);
      lock();
      port.onmessage = ({ data: { question, files } }) => {
        try {
          for (const [name, bytes] of Object.entries(files)) python.files.writeFile(`/room/${name}`, bytes);
          post({ answer: python.answer(question) });
        } catch (error) {
          post({ failed: String(error).trim().split('\n').pop() });
        }
      };
      post({ ready: true });
    } catch (error) {
      post({ failed: String(error) });
    }
  };
})();
