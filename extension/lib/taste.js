// @ts-check
/**
 * What the user told about his taste: photos that he marked ♥ or ✕, each with what the network saw in it (7.6 kB), and the
 * picture that results shall not be like. Kept on the disk until he takes it back; nothing is kept of private windows.
 */
import { createStore, del, entries, get, set } from '../vendor/js/idb-keyval.mjs';
import { keyOf } from './session.js';
import { getLooks, isPrivateSession } from './sessions.js';

/** @typedef {import('../types').Mark} Mark */
/** @typedef {import('../types').Photo} Photo */

const store = createStore('clear-taste', 'taste');
const MARK = 'mark/';
const OTHER = 'other';
const MAX_MARKS = 300; // the newest count: fitting takes time that grows with their cube

/** Newest first. @returns {Promise<Mark[]>} */
export async function marks() {
  const all = await entries(store).catch(() => []);
  return all.filter(([key]) => String(key).startsWith(MARK)).map(([, mark]) => mark).sort((a, b) => b.time - a.time);
}

/**
 * Marks a photo of a search, or takes the mark back (`liked` null).
 * @param {string} sessionId
 * @param {Photo} photo
 * @param {boolean | null} liked
 * @returns {Promise<boolean>} false: nothing is known of the photo any more, so that it can teach nothing
 */
export async function mark(sessionId, photo, liked) {
  const key = MARK + keyOf(photo);
  if (liked === null || isPrivateSession(sessionId)) {
    await del(key, store);
    return liked === null;
  }
  const { model, photos, records } = await getLooks(sessionId);
  const place = photos.findIndex((one) => keyOf(one) === keyOf(photo));
  if (place < 0) return false;
  const size = records.length / photos.length;
  /** @type {Mark} */
  const made = { model: JSON.parse(model).name, photo, liked, time: Date.now(), record: records.slice(place * size, (place + 1) * size) };
  await set(key, made, store);
  return true;
}

/** Takes all marks back. */
export async function forgetMarks() {
  for (const { photo } of await marks()) await del(MARK + keyOf(photo), store);
}

/**
 * The marks as a score gets them.
 * @returns {Promise<{model: string, marked: Uint8Array | null, liked: boolean[]}>} a record each, and whether it is ♥; of one network
 */
export async function markedRecords() {
  const all = await marks();
  const model = all[0]?.model ?? '';
  const same = all.filter((one) => one.model === model).slice(0, MAX_MARKS);
  if (!same.length) return { model, marked: null, liked: [] };
  const marked = new Uint8Array(same.length * same[0].record.length);
  same.forEach(({ record }, i) => marked.set(record, i * record.length));
  return { model, marked, liked: same.map(({ liked }) => liked) };
}

/** The picture that results shall not be like. @returns {Promise<Blob | null>} */
export const otherPicture = async () => (await get(OTHER, store).catch(() => null))?.picture ?? null;

/** What the network of this name saw in it, if it looked. @param {string} model @returns {Promise<Uint8Array | null>} */
export async function otherRecord(model) {
  const kept = await get(OTHER, store).catch(() => null);
  return kept?.model === model ? kept.record : null;
}

/** @param {{picture: Blob, model: string, record: Uint8Array} | null} other */
export const setOtherPicture = (other) => (other ? set(OTHER, other, store) : del(OTHER, store));
