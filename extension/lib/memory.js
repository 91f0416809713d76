// @ts-check
/**
 * The tag memory of this browser, as the engine left it: what earlier searches taught about tags. No picture and no
 * photo is in it (py/clear_core/strategies/memory.py). Two searches at once: the one that ends last is remembered.
 */
import { clear, createStore, get, set } from '../vendor/js/idb-keyval.mjs';
import { loadSettings } from './settings.js';

/** @typedef {import('../types').Learned} Learned */

const store = createStore('clear-memory', 'memory');
const READ_TIMEOUT_MS = 2000;

/** What was learned with one network says nothing to another. @param {string} model */
const keyOf = (model) => `tags/${model}`;

/** @type {(model: string) => Promise<Learned | undefined>} */
export const readMemory = (model) => get(keyOf(model), store);

export const forgetMemory = () => clear(store);

/**
 * What a new search is to know; null: nothing, and it shall not learn.
 * @param {string} model
 * @returns {Promise<Uint8Array | null>}
 */
export async function memoryForSearch(model) {
  if (!(await loadSettings()).memory) return null;
  // A convenience: a search does not wait for a store that does not answer.
  /** @type {Promise<undefined>} */
  const late = new Promise((resolve) => { setTimeout(() => resolve(undefined), READ_TIMEOUT_MS); });
  const { bytes } = await Promise.race([readMemory(model), late]).catch(() => undefined) ?? {};
  return bytes instanceof Uint8Array ? bytes : new Uint8Array();
}

/** Keeps what a search has learned, unless the user has changed his mind meanwhile. @param {string} model @param {Learned} learned */
export async function keepMemory(model, learned) {
  if ((await loadSettings()).memory) await set(keyOf(model), learned, store);
}
