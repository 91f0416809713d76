// @ts-check
/**
 * A folder of the user's own photos, as it is kept to be searched: a list of their tags, and a small copy of each. The copies
 * stay in this browser; the folder itself is not needed any more, and no permission to read it.
 */
import { clear, createStore, get, set, setMany } from '../vendor/js/idb-keyval.mjs';

/** @typedef {{file: string, tags: string[], title: string, owner: string, license: string | null, width: number | null, height: number | null}} Listed */

const store = createStore('clear-folder', 'photos');
const LIST = 'photos.json'; // as clear_core/services/folder.py reads it
const LONGEST = 480; // pixels: 320 on the shorter side of most photos
const AT_ONCE = 40;

/** @param {string} file */
const keyOf = (file) => `picture/${file}`;

/** What is kept. @returns {Promise<{name: string, photos: number} | undefined>} */
export const keptFolder = () => get('facts', store);

/**
 * Keeps a folder in the place of the one before. Photos that this browser cannot read are left out.
 * @param {string} name
 * @param {Listed[]} list
 * @param {Map<string, File>} files
 * @param {(done: number) => void} onProgress
 */
export async function keepFolder(name, list, files, onProgress) {
  await forgetFolder();
  /** @type {Listed[]} */
  const kept = [];
  for (let at = 0; at < list.length; at += AT_ONCE) {
    const some = list.slice(at, at + AT_ONCE);
    const copies = await Promise.all(some.map(({ file }) => smallCopy(files.get(file)).catch(() => null)));
    const good = some.flatMap((photo, i) => (copies[i] ? [{ photo, copy: copies[i] }] : []));
    await setMany(good.map(({ photo, copy }) => [keyOf(photo.file), copy]), store);
    kept.push(...good.map(({ photo }) => photo));
    onProgress(at + some.length);
  }
  await set(LIST, JSON.stringify(kept), store);
  const facts = { name, photos: kept.length };
  await set('facts', facts, store);
  return facts;
}

export const forgetFolder = () => clear(store);

/** @param {File | undefined} file @returns {Promise<Blob | null>} */
async function smallCopy(file) {
  if (!file) return null;
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale));
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

/** The copy of a photo. @param {string} file @returns {Promise<Blob | undefined>} */
export const copyOf = (file) => get(keyOf(file), store);

/** The kept folder for the core: names as JSON, and the bytes of a file, null when it is not there. */
export const keptFiles = {
  fileNames: async () => {
    const list = /** @type {Listed[]} */ (JSON.parse((await get(LIST, store)) ?? '[]'));
    return JSON.stringify([LIST, ...list.map(({ file }) => file)]);
  },
  /** @param {string} name */
  readFile: async (name) => {
    if (name === LIST) return new TextEncoder().encode((await get(LIST, store)) ?? '[]');
    const copy = await copyOf(name);
    return copy ? new Uint8Array(await copy.arrayBuffer()) : null;
  },
};

/**
 * Files that the user has just chosen, for the core.
 * @param {Map<string, File>} files
 */
export const chosenFiles = (files) => ({
  fileNames: async () => JSON.stringify([...files.keys()]),
  /** @param {string} name @param {number} most bytes; 0: all */
  readFile: async (name, most) => {
    const file = files.get(name);
    const part = file && (most ? file.slice(0, most) : file);
    return part ? new Uint8Array(await part.arrayBuffer()) : null;
  },
});
