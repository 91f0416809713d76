// @ts-check
/**
 * Where records are kept, by keys that sort: on the disk (IndexedDB), or, for what a private window does, in the memory of
 * the browser (storage.session), which ends with it and never comes to a disk.
 */
import { createStore, promisifyRequest } from '../vendor/js/idb-keyval.mjs';
import { api } from './browser.js';
import { blobFromDataUrl } from './data-url.js';

/**
 * @typedef {object} Shelf
 * @property {(prefix: string) => Promise<[string, any][]>} read      records whose key begins so, in the order of keys
 * @property {(prefix: string) => Promise<string[]>} keys
 * @property {(entries: [string, any][]) => Promise<unknown>} write   all of them or none
 * @property {(prefixes: string[]) => Promise<unknown>} remove
 */

const within = (/** @type {string} */ prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** @param {string} database @returns {Shelf} */
export function diskShelf(database) {
  const inStore = createStore(database, 'sessions');
  return {
    read: (prefix) => inStore('readonly', async (store) => {
      const [keys, values] = await Promise.all([
        promisifyRequest(store.getAllKeys(within(prefix))), promisifyRequest(store.getAll(within(prefix))),
      ]);
      return keys.map((key, i) => [String(key), values[i]]);
    }),
    keys: (prefix) => inStore('readonly', async (store) => (await promisifyRequest(store.getAllKeys(within(prefix)))).map(String)),
    write: (entries) => inStore('readwrite', (store) => {
      for (const [key, value] of entries) store.put(value, key);
      return promisifyRequest(store.transaction);
    }),
    remove: (prefixes) => inStore('readwrite', (store) => {
      for (const prefix of prefixes) store.delete(within(prefix));
      return promisifyRequest(store.transaction);
    }),
  };
}

const PRIVATE = 'private/';

/** @param {Blob} blob @returns {Promise<string>} */
const asDataUrl = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

/** What is put here has to be JSON, or one Blob or Uint8Array by itself; the latter comes back as a Blob. @type {Shelf} */
export const memoryShelf = {
  async read(prefix) {
    const all = /** @type {Record<string, any>} */ (await api.storage.session.get(await this.keys(prefix).then((keys) => keys.map((key) => PRIVATE + key))));
    return Object.keys(all).sort().map((key) => [
      key.slice(PRIVATE.length), all[key].blob ? blobFromDataUrl(all[key].blob) : all[key].json,
    ]);
  },
  async keys(prefix) {
    const all = Object.keys(await api.storage.session.get(null));
    return all.filter((key) => key.startsWith(PRIVATE + prefix)).map((key) => key.slice(PRIVATE.length)).sort();
  },
  async write(entries) {
    const pairs = entries.map(([key, value]) => [key, value instanceof Uint8Array ? new Blob([/** @type {any} */ (value)]) : value]).map(async ([key, value]) => [PRIVATE + key, value instanceof Blob ? { blob: await asDataUrl(value) } : { json: value }]);
    await api.storage.session.set(Object.fromEntries(await Promise.all(pairs)));
  },
  async remove(prefixes) {
    const keys = await Promise.all(prefixes.map((prefix) => this.keys(prefix)));
    await api.storage.session.remove(keys.flat().map((key) => PRIVATE + key));
  },
};
