// @ts-check
/** The engine: Python (Pyodide) with the search, and the pool of model workers. A page talks to it through comlink. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { loadPyodide } from '../vendor/pyodide/pyodide.mjs';
import { Extractor } from './extractor.js';
import { holdLifeline } from '../lib/lifeline.js';
import { get, isPicture } from './network.js';
import { takeQuestion } from './quota.js';

/** @typedef {import('../types').Update} Update */
/** @typedef {{run_search(request: string, picture: Uint8Array, bridge: object): Promise<void>, stop(): void}} Core */

const vendor = new URL('../vendor/', import.meta.url);
const SITE_PACKAGES = '/lib/python3.12/site-packages';
const MODEL = 'models/efficientnet_lite0/model.json';
const WORD_VECTORS = 'words/vectors.npz'; // there if the build was told to

/** @param {string} path below vendor/ */
async function load(path) {
  const answer = await fetch(new URL(path, vendor));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** Python and the model workers start at the same moment; neither waits for the other. */
async function start() {
  const extractor = new Extractor();
  const packages = load('python/packages.zip').then((answer) => answer.arrayBuffer());
  const model = load(MODEL).then((answer) => answer.text());
  const python = await loadPyodide({
    indexURL: new URL('pyodide/', vendor).href,
    lockFileURL: new URL('pyodide/pyodide-lock.json', vendor).href,
    stdLibURL: new URL('python/stdlib.zip', vendor).href,
  });
  python.unpackArchive(await packages, 'zip', { extractDir: SITE_PACKAGES });
  const core = /** @type {Core} */ (/** @type {unknown} */ (python.pyimport('clear_core.browser')));
  return { core, extractor, model: await model };
}

/** @type {ReturnType<typeof start> | null} */
let started = null;

/** Starts once; after a failure or the death of all model workers, anew. */
async function engine() {
  if (started && (await started.catch(() => null))?.extractor.dead !== false) started = null;
  started ??= start();
  return started;
}

/** The last line of a Python traceback is its message. @param {unknown} error */
function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').pop() ?? '';
}

/** @param {import('../types').SearchRequest} request @param {unknown} error @returns {Update} */
function failed(request, error) {
  return {
    classes: null, pages: [], scored: [], tags: [], problems: [],
    spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    ended: 'failed', problem: { code: 'engine_failed', params: { message: messageOf(error) } },
  };
}

/** @type {Promise<void>} */
let running = Promise.resolve();
const lifeline = holdLifeline(self.name);
let stopRequested = false;

/** @type {import('../types').Engine} */
const api = {
  alive: () => lifeline,

  async boot() {
    await engine();
  },

  async search(request, onUpdate) {
    const before = running;
    /** @type {() => void} */
    let release = () => {};
    running = new Promise((resolve) => { release = resolve; });
    let latest = failed(request, '');
    let delivered = Promise.resolve();
    /** @type {import('../types').Learned | null} */
    let learned = null;
    /** @param {Update} update */
    const send = (update) => {
      latest = update;
      delivered = Promise.resolve(onUpdate(update)).catch(() => {}); // the page is gone: so are we, soon
    };
    try {
      await before;
      stopRequested = false;
      const { core, extractor, model } = await engine();
      if (stopRequested) {
        send({ ...latest, ended: 'stopped', problem: null });
        return null;
      }
      const { picture, memory, isPrivate, ...rest } = request;
      await core.run_search(JSON.stringify(rest), picture, {
        model: () => model,
        memory: () => memory,
        vectors: async () => new Uint8Array(await (await load(WORD_VECTORS)).arrayBuffer()),
        learned: (/** @type {Uint8Array} */ bytes, /** @type {string} */ facts) => { learned = { bytes, ...JSON.parse(facts) }; },
        get: async (/** @type {string} */ url, /** @type {number} */ timeoutMs) => {
          const wait = isPicture(url) ? 0 : await takeQuestion(isPrivate);
          if (wait) throw Object.assign(new Error(String(wait)), { name: 'QuotaError' });
          return get(url, timeoutMs);
        },
        extract: (/** @type {Uint8Array} */ pixels) => extractor.extract(pixels),
        update: (/** @type {string} */ json) => {
          send(JSON.parse(json));
          if (stopRequested) core.stop(); // it may have come before there was a search to stop
        },
      });
      if (latest.ended === null || latest.problem?.params.message === '') throw new Error('the search ended without a word');
    } catch (error) {
      console.error(error);
      send({ ...failed(request, error), tags: latest.tags, spent: latest.spent });
    } finally {
      await delivered; // the last update travels by another channel than the end of this call
      release();
    }
    return learned;
  },

  async stop() {
    stopRequested = true;
    (await started?.catch(() => null))?.core.stop();
  },
};

Comlink.expose(api);
