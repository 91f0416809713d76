// @ts-check
/** What an engine consists of, started when it is first wanted: Python (Pyodide) with the core, and the network with its workers. */
import { Extractor } from './extractor.js';
import { cardIsFaster, tryCard } from './graphics-card.js';
import { choose, identityOf } from './networks.js';
import { startPython } from './python.js';

/** @typedef {{getBuffer(type: 'u8'): {data: Uint8Array, release(): void}}} PythonArray   of NumPy, contiguous; lives as long as the promise that it went into */

/**
 * Python does not survive a trap of WebAssembly, and what waits for it would wait for ever. As an uncaught error it ends
 * this worker (client.js), and the next search gets a new one.
 * @param {unknown} error
 */
export const giveUp = (error) => void setTimeout(() => { throw new Error(messageOf(error)); });
self.addEventListener('unhandledrejection', ({ reason }) => { if (reason instanceof WebAssembly.RuntimeError) giveUp(reason); });

/** @type {ReturnType<typeof startPython> | null} */
let python = null;
/** @type {() => void} */
let onCompiled = () => {};
/** Until Python's WebAssembly is compiled, or never will be. @type {Promise<void>} */
const compiled = new Promise((resolve) => { onCompiled = resolve; });

export function pythonNow() {
  python ??= startPython(giveUp, onCompiled);
  python.catch(() => {
    python = null;
    onCompiled();
  });
  return python;
}

/** Python takes longer to start: where there are two cores, the network would only hold it up. @param {string} name @param {string} identity */
async function startNetwork(name, identity) {
  const [{ json, network, beside }] = await Promise.all([choose(name), compiled]);
  const extractor = new Extractor(network, beside);
  void cardIsFaster(identity).then((faster) => { if (faster) extractor.useCard(); });
  const compare = (/** @type {() => boolean} */ disturbed) => tryCard(identity, { network, beside }, extractor, disturbed);
  return { name, json, extractor, compare };
}

/** @type {{identity: string, started: ReturnType<typeof startNetwork>} | null} */
let network = null;

/** Read when it is wanted: views into Python's memory end whenever that grows. @param {PythonArray} picture */
export const filledFrom = (picture) => (/** @type {Uint8Array} */ pixels) => {
  const view = picture.getBuffer('u8');
  pixels.set(view.data);
  view.release();
};

/** Starts once; after a failure, the death of all model workers, or the choice of another network, anew. */
async function networkNow(/** @type {string} */ name) {
  const identity = await identityOf(name);
  const before = network;
  if (before) {
    const { extractor } = await before.started.catch(() => ({ extractor: null }));
    if (network === before && (before.identity !== identity || extractor?.dead !== false)) {
      extractor?.close();
      network = null;
    }
  }
  network ??= { identity, started: startNetwork(name, identity) };
  return network.started;
}

/** Python and the network start together. @param {string} model */
export async function engine(model) {
  const [core, { json, extractor }] = await Promise.all([pythonNow(), networkNow(model)]);
  return { core, extractor, json };
}

/** After a search. @param {() => boolean} disturbed see graphics-card.js */
export const tryTheCard = (disturbed) => network?.started.then(({ compare }) => compare(disturbed)).catch(() => {});

/** Python, if it was ever started. */
export const pythonIfAny = () => python;

/** The last line of a Python traceback is its message; but of memory that has run out, what follows is only the rubble. @param {unknown} error */
export function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('MemoryError')) return 'MemoryError';
  return text.trim().split('\n').pop() ?? '';
}
