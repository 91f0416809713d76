// @ts-check
/** The engine: Python (Pyodide) with the search, and the pool of model workers. A page talks to it through comlink. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { Extractor, inspect } from './extractor.js';
import { cardIsFaster, tryCard } from './graphics-card.js';
import { holdLifeline, whenGone } from '../lib/lifeline.js';
import { get } from './network.js';
import { choose, identityOf, ownNetwork } from './networks.js';
import { load, startPython } from './python.js';
import { takeQuestion } from './quota.js';
import { chosenFiles, keptFiles } from '../lib/folder.js';

/** @typedef {import('../types').Update} Update */
/** @typedef {{getBuffer(type: 'u8'): {data: Uint8Array, release(): void}}} PythonArray   of NumPy, contiguous; lives as long as the promise that it went into */

const PULSE_MS = 3000;
const REST_MS = 3000; // after a search, before the graphics card is tried out
const WORD_VECTORS = 'words/vectors.npz'; // there if the build was told to

/**
 * Python does not survive a trap of WebAssembly, and what waits for it would wait for ever. As an uncaught error it ends
 * this worker (client.js), and the next search gets a new one.
 * @param {unknown} error
 */
const giveUp = (error) => void setTimeout(() => { throw new Error(messageOf(error)); });
self.addEventListener('unhandledrejection', ({ reason }) => { if (reason instanceof WebAssembly.RuntimeError) giveUp(reason); });

/** @type {ReturnType<typeof startPython> | null} */
let python = null;

function pythonNow() {
  python ??= startPython(giveUp);
  python.catch(() => { python = null; });
  return python;
}

/** @param {string} name @param {string} identity */
async function startNetwork(name, identity) {
  const { json, network, beside } = await choose(name);
  const extractor = new Extractor(network, beside);
  void cardIsFaster(identity).then((faster) => { if (faster) extractor.useCard(); });
  const compare = (/** @type {() => boolean} */ disturbed) => tryCard(identity, { network, beside }, extractor, disturbed);
  return { name, json, extractor, compare };
}

/** @type {{identity: string, started: ReturnType<typeof startNetwork>} | null} */
let network = null;

/** Read when it is wanted: views into Python's memory end whenever that grows. @param {PythonArray} picture */
const filledFrom = (picture) => (/** @type {Uint8Array} */ pixels) => {
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
async function engine(model) {
  const [core, { json, extractor }] = await Promise.all([pythonNow(), networkNow(model)]);
  return { core, extractor, json };
}

/** The last line of a Python traceback is its message; but of memory that has run out, what follows is only the rubble. @param {unknown} error */
function messageOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('MemoryError')) return 'MemoryError';
  return text.trim().split('\n').pop() ?? '';
}

/** @param {import('../types').SearchRequest} request @param {unknown} error @returns {Update} */
function failed(request, error) {
  return {
    asked: [], classes: null, pages: [], scored: [], tags: [], problems: [], rescored: {}, order: null, pictures: null, model: null,
    spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    ended: 'failed', problem: /** @type {any} */ (error)?.problem ?? { code: 'engine_failed', params: { message: messageOf(error) } },
  };
}

/** @type {Promise<void>} */
let running = Promise.resolve();
let searches = 0; // begun
const lifeline = holdLifeline(self.name);
/**
 * A page that this engine works for. `gone` resolves when it has given a borrowed engine back, or was closed; `wantsEnd`: of
 * the search that it asked for last.
 * @typedef {{here: boolean, gone: Promise<void>, wantsEnd: boolean}} Visitor
 */
/** Whose search Python runs. @type {Visitor | null} */
let served = null;

/** A page wants its search to end. @param {Visitor} page */
function end(page) {
  page.wantsEnd = true;
  if (served === page) void python?.then((core) => core.stop(), () => {});
}

/** What a page may ask for. @param {Visitor} page @returns {import('../types').Engine} */
const apiFor = (page) => ({
  alive: () => lifeline.then(() => self.name),

  async boot(model) {
    await (model === null ? pythonNow() : engine(model));
  },

  async describeModel(bytes, title, pixels) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const name = `own-${[...digest.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    const core = await pythonNow();
    /** @type {import('../types').Wiring} */
    const wiring = { file: '', pixels: 'uint8', embedding: 0, logits: null, class_offset: 0 };
    /** @type {Extractor | null} */
    let extractor = null;
    try {
      const { classes } = await ownNetwork(bytes, wiring);
      const facts = await inspect({ path: '', bytes, wiring }).catch((error) => ({ error: messageOf(error) }));
      return JSON.parse(await core.describe_model(name, title, pixels, {
        facts: () => JSON.stringify({ classes, ...facts }),
        wire: async (/** @type {string} */ found) => {
          const { network: own, beside } = await ownNetwork(bytes, JSON.parse(found));
          extractor = new Extractor(own, beside, { size: 1 });
        },
        extract: (/** @type {PythonArray} */ picture) => extractor?.extract(filledFrom(picture)),
      }));
    } finally {
      /** @type {Extractor | null} */ (extractor)?.close();
    }
  },

  async describeFolder(files) {
    const core = await pythonNow();
    return JSON.parse(await core.describe_folder(chosenFiles(files)));
  },

  async search(request, onUpdate, askRoom) {
    const before = running;
    page.wantsEnd = !page.here;
    const mine = ++searches;
    /** @type {() => void} */
    let release = () => {};
    running = new Promise((resolve) => { release = resolve; });
    let latest = failed(request, '');
    let delivered = Promise.resolve();
    /** @type {import('../types').Learned | null} */
    let learned = null;
    /** Questions and pictures may be counted apart; the one must not say that the other need not wait. @type {Map<string, number>} */
    const waitingUntil = new Map();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let pulse;
    /** @param {Update} update */
    const send = (update) => {
      const until = Math.max(0, ...waitingUntil.values());
      const waiting = update.ended ? 0 : Math.max(0, Math.round((until - performance.now()) / 1000));
      latest = { ...update, service: request.service, waiting };
      delivered = Promise.resolve(onUpdate(latest)).catch(() => {}); // the page is gone: so are we, soon
    };
    try {
      await before;
      const { core, extractor, json } = await engine(request.model);
      if (page.wantsEnd) {
        send({ ...latest, ended: 'stopped', problem: null });
        return null;
      }
      pulse = setInterval(() => {
        try {
          core.pulse();
        } catch (error) {
          giveUp(error);
        }
      }, PULSE_MS);
      const { picture, memory, isPrivate, seen, given, ...rest } = request;
      // Features of another network say nothing to this one.
      const { name } = JSON.parse(json);
      const known = seen && JSON.parse(seen.model).name === name ? seen : null;
      const marks = given.model === name ? given : { marked: null, liked: [] };
      const score = { ...rest.score, class_name: given.class_name, liked: marks.liked };
      const asked = { ...rest, score, seen: known?.photos ?? null };
      served = page;
      await core.run_search(JSON.stringify(asked), picture, {
        other: () => given.other,
        marked: () => marks.marked,
        seen: () => known?.records,
        room: (/** @type {string} */ question, /** @type {Record<string, Uint8Array>} */ files) => askRoom(question, files),
        model: () => json,
        memory: () => memory,
        vectors: async () => new Uint8Array(await (await load(WORD_VECTORS)).arrayBuffer()),
        learned: (/** @type {Uint8Array} */ bytes, /** @type {string} */ facts) => { learned = { bytes, ...JSON.parse(facts) }; },
        get: (/** @type {string} */ url, /** @type {number} */ timeoutMs) => get(url, timeoutMs, isPrivate),
        ...keptFiles,
        take: async (/** @type {string} */ service, /** @type {string} */ limits) => {
          const wait = await takeQuestion(service, JSON.parse(limits), isPrivate);
          waitingUntil.set(service, wait ? performance.now() + wait * 1000 : 0);
          if (wait) send({ ...latest, asked: [], classes: null, pages: [], scored: [], problems: [], rescored: {}, order: null, pictures: null, model: null });
          return wait;
        },
        extract: (/** @type {PythonArray} */ picture) => extractor.extract(filledFrom(picture)),
        update: (/** @type {string} */ update, /** @type {Uint8Array | undefined} */ pictures) => {
          const news = JSON.parse(update);
          send({ ...news, pictures: pictures ?? null, model: news.classes && json });
          if (page.wantsEnd) core.stop(); // it may have come before there was a search to stop
        },
      });
      if (latest.ended === null || latest.problem?.params.message === '') throw new Error('the search ended without a word');
    } catch (error) {
      console.error(error);
      send({ ...failed(request, error), tags: latest.tags, spent: latest.spent });
    } finally {
      served = null;
      clearInterval(pulse);
      await Promise.race([delivered, page.gone]); // the last update travels by another channel than the end of this call
      release();
      const disturbed = () => searches !== mine;
      if (!request.isPrivate) setTimeout(() => disturbed() || network?.started.then(({ compare }) => compare(disturbed)).catch(() => {}), REST_MS);
    }
    return learned;
  },

  async look(picture, model) {
    const { core, extractor, json } = await engine(model);
    /** @type {Uint8Array | null} */
    let record = null;
    await core.look(picture, {
      model: () => json,
      extract: (/** @type {PythonArray} */ picture) => extractor.extract(filledFrom(picture)),
      record: (/** @type {Uint8Array} */ bytes) => { record = bytes; },
    });
    if (!record) throw new Error('the picture cannot be read');
    return { record, model: JSON.parse(json).name };
  },

  async stop() {
    end(page);
  },
});

/**
 * A page comes. One whose engine this is takes it along when it goes; one that has borrowed it holds the lock `lease`.
 * @type {(message: MessageEvent<{port: MessagePort, lease: string | null}>) => void}
 */
self.onmessage = ({ data }) => {
  if (!('port' in data)) return; // news of a model worker
  const { port, lease } = data;
  const page = { here: true, wantsEnd: false, gone: lease === null ? new Promise(() => {}) : whenGone(lease) };
  Comlink.expose(apiFor(page), port);
  void page.gone.then(() => {
    page.here = false;
    end(page);
    port.close();
  });
};
