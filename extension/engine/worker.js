// @ts-check
/** The engine, as a page talks to it through comlink. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { chosenFiles } from '../lib/folder.js';
import { holdLifeline, whenGone } from '../lib/lifeline.js';
import { EarlySearch } from './early.js';
import { Extractor, inspect } from './extractor.js';
import { ownNetwork } from './networks.js';
import { engine, filledFrom, messageOf, pythonNow } from './ready.js';
import { end, isSearching, runSearch } from './search.js';

/** @typedef {import('./ready.js').PythonArray} PythonArray */
/** @typedef {import('./search.js').Visitor} Visitor */

const lifeline = holdLifeline(self.name);

/** For a search without a page there is none. @type {import('../types').AskRoom} */
const noRoom = () => Promise.reject(new Error('there is no room'));
/** @type {EarlySearch | null} */
let early = null;
let latestId = ''; // of a search that its page has asked for

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
    const wiring = { file: '', pixels: 'uint8', embedding: 0, logits: null, class_offset: 0, side: 0 };
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

  async begin(request) {
    if (latestId === request.id || (isSearching() && !early)) return; // its page was quicker
    early?.abandon();
    early = new EarlySearch(request.id, (visitor, onUpdate) => runSearch(visitor, request, onUpdate, noRoom), end);
  },

  async search(request, onUpdate, askRoom) {
    latestId = request.id;
    const begun = early;
    early = null;
    if (begun && begun.id === request.id && !begun.abandoned) {
      page.early = begun.visitor;
      if (!page.here) end(page);
      return begun.adopt(page, onUpdate);
    }
    begun?.abandon();
    return runSearch(page, request, onUpdate, askRoom);
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
