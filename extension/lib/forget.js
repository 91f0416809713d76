// @ts-check
import { api, giveBackAccessBut } from './browser.js';
import { clearSessions } from './sessions.js';

/**
 * Deletes everything that the extension keeps in this browser: searches, what they taught, how much was asked, the
 * settings and the key. Whatever a later version may keep is among it: every place is emptied, not only those known here.
 */
export async function forgetEverything() {
  await clearSessions(); // ends what runs
  await giveBackAccessBut('flickr_feed');
  const databases = await indexedDB.databases();
  await Promise.all([
    ...databases.map(({ name }) => name && empty(name)),
    ...(await caches.keys()).map((name) => caches.delete(name)),
    api.storage.local.clear(),
    api.storage.session.clear(),
  ]);
  localStorage.clear();
}

/** Empties a database. (Other pages have it open, so it cannot be deleted itself.) @param {string} name @returns {Promise<void>} */
const empty = (name) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const stores = [...database.objectStoreNames];
    if (!stores.length) {
      database.close();
      return resolve();
    }
    const clearing = database.transaction(stores, 'readwrite');
    for (const store of stores) clearing.objectStore(store).clear();
    clearing.oncomplete = () => { database.close(); resolve(); };
    clearing.onabort = () => { database.close(); reject(clearing.error); };
  };
});
