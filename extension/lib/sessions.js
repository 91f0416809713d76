// @ts-check
/**
 * Searches as they are kept: what was found survives a closed popup, a stopped worker and a restarted browser.
 *
 * A search is a record, a picture, and a part for every few updates; nothing is written twice. Its identifier says
 * whether it belongs to a private window.
 */
import { announceGrowth, endAll } from './running.js';
import { fold, joined, merged, summaryOf } from './session.js';
import { diskShelf, memoryShelf } from './shelf.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Update} Update */

export const MAX_SESSIONS = 40;
const MAX_PICTURE_BYTES = 200e6; // of all kept pictures; a search itself takes about a megabyte
const MAX_PRIVATE = 2; // all of them have to fit into 10 MB of memory
const MAX_LOOKS = 1000; // photos of a search whose features are kept, 7.6 kB each
const MAX_PRIVATE_LOOKS = 150;
const SMALL_BYTES = 2e6;
const SMALL_SIDE = 1280;
const GATHER_MS = 100; // updates that come together are written, and shown, together

const disk = diskShelf('clear');
const PRIVATE_END = '-private';
/** @param {string} id */
const shelfOf = (id) => (id.endsWith(PRIVATE_END) ? memoryShelf : disk);
const prefixesOf = (/** @type {string} */ id) => [`record/${id}`, `picture/${id}`, `part/${id}/`, `look/${id}/`, `summary/${id}`];

/** A new identifier. They sort by the time they were made. @param {boolean} isPrivate */
export function newSessionId(isPrivate) {
  return `${Date.now().toString(36).padStart(9, '0')}-${crypto.randomUUID().slice(0, 8)}${isPrivate ? PRIVATE_END : ''}`;
}

/** When an identifier was made, as Date.now() gives it. @param {string} id */
export const timeOf = (id) => parseInt(id.split('-')[0], 36);

/**
 * A search that has not begun.
 * @param {string} id
 * @param {Blob} picture
 * @param {import('../types').PictureSource} source
 * @returns {Session}
 */
export const newSession = (id, picture, source) => ({
  id, created: Date.now(), picture, source, service: null, waiting: 0, asked: [], classes: null, pages: [], scored: [], tags: [],
  spent: { queries: 0, photos: 0, seconds: 0 }, budget: null, problems: [], ended: null, problem: null, order: null,
});

/**
 * Stores a picture to search with, and forgets the oldest searches when there are too many or their pictures too large.
 * @param {Parameters<typeof newSession>} search
 * @returns {Promise<Session>}
 * @throws {Error} the browser does not keep it: the disk is full, or the user has taken the storage away
 */
export async function createSession(...search) {
  const { picture, ...record } = newSession(...search);
  const { id } = record;
  const isPrivate = isPrivateSession(id);
  const kept = isPrivate ? await small(picture) : picture;
  await shelfOf(id).write([[`record/${id}`, { ...record, bytes: kept.size }], [`picture/${id}`, kept]]);
  for (const old of await outgrown(isPrivate)) await remove(old);
  void sweep(isPrivate).catch(console.warn); // the search shall not wait for that
  return { ...record, picture };
}

/** Removes what is left of searches that were deleted while they ran, or never could be kept. @param {boolean} isPrivate */
async function sweep(isPrivate) {
  const keys = (await (isPrivate ? memoryShelf : disk).keys('')).map((key) => key.split('/'));
  const known = new Set(keys.filter(([kind]) => kind === 'record').map(([, id]) => id));
  for (const id of new Set(keys.map(([, id]) => id))) if (!known.has(id)) await remove(id);
}

/** Searches that there is no room for any more. @param {boolean} isPrivate @returns {Promise<string[]>} */
async function outgrown(isPrivate) {
  const records = (await (isPrivate ? memoryShelf : disk).read('record/')).reverse(); // newest first
  let bytes = 0;
  return records.filter(([, record], i) => {
    bytes += record.bytes ?? 0;
    return i > 0 && (i >= (isPrivate ? MAX_PRIVATE : MAX_SESSIONS) || bytes > MAX_PICTURE_BYTES);
  }).map(([key]) => key.slice(7));
}

/** A picture that is not too large to be kept in memory. @param {Blob} picture @returns {Promise<Blob>} */
async function small(picture) {
  if (picture.size <= SMALL_BYTES) return picture;
  const bitmap = await createImageBitmap(picture);
  const scale = Math.min(1, SMALL_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale));
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
}

/** @param {string} id @returns {Promise<Session | undefined>} */
export async function getSession(id) {
  const shelf = shelfOf(id);
  const [[record], [picture], parts] = await Promise.all(prefixesOf(id).slice(0, 3).map((prefix) => shelf.read(prefix)));
  if (!record || !picture) return undefined;
  return parts.reduce((session, [, update]) => fold(session, update), { ...record[1], picture: picture[1] });
}

/**
 * What the network saw in the photos of a search, as far as it is kept.
 * @param {string} id
 * @returns {Promise<import('../types').Looks>}
 */
export async function getLooks(id) {
  const shelf = shelfOf(id);
  const [parts, looks] = await Promise.all([shelf.read(`part/${id}/`), shelf.read(`look/${id}/`)]);
  const bytes = async (/** @type {any} */ value) => new Uint8Array(await new Response(value).arrayBuffer());
  /** @type {Map<string, Update>} */
  const byTime = new Map(parts.map(([key, part]) => [key.slice(5), part]));
  const [photos, records] = [/** @type {import('../types').Photo[]} */ ([]), /** @type {Uint8Array[]} */ ([])];
  let source = null;
  let model = '';
  for (const [key, value] of looks) {
    if (key === `look/${id}/model`) model = value;
    if (key === `look/${id}/source`) source = await bytes(value);
    const part = byTime.get(key.slice(5));
    if (!part) continue;
    photos.push(...part.scored.map(({ photo }) => photo));
    records.push(await bytes(value));
  }
  return { model, photos, records: joined(records), source };
}

/** Does this search belong to a private window? @param {string} id */
export const isPrivateSession = (id) => shelfOf(id) === memoryShelf;

/** Identifiers of the kept searches, newest first. @param {boolean} isPrivate @returns {Promise<string[]>} */
export async function sessionIds(isPrivate) {
  return (await (isPrivate ? memoryShelf : disk).keys('record/')).map((key) => key.slice(7)).reverse();
}

/** The pictures of the newest searches. @param {number} count @param {boolean} isPrivate @returns {Promise<{id: string, picture: Blob}[]>} */
export async function recentPictures(count, isPrivate) {
  const ids = (await sessionIds(isPrivate)).slice(0, count);
  const pictures = await Promise.all(ids.map((id) => shelfOf(id).read(`picture/${id}`)));
  return ids.map((id, i) => ({ id, picture: pictures[i][0]?.[1] })).filter(({ picture }) => picture instanceof Blob);
}

/** All kept searches, newest first. @param {boolean} isPrivate @returns {Promise<import('../types').Remembered[]>} */
export async function remembered(isPrivate) {
  const shelf = isPrivate ? memoryShelf : disk;
  const [records, summaries] = await Promise.all([shelf.read('record/'), shelf.read('summary/')]);
  const known = new Map(summaries.map(([key, summary]) => [key.slice(8), summary]));
  const pictures = new Map((await recentPictures(records.length, isPrivate)).map(({ id, picture }) => [id, picture]));
  return records.reverse().flatMap(([, { id, created }]) => {
    const picture = pictures.get(id);
    return picture ? [{ photos: 0, words: [], best: [], ended: null, ...known.get(id), id, created, picture }] : [];
  });
}

const remove = (/** @type {string} */ id) => shelfOf(id).remove(prefixesOf(id));

/** Deletes a search. One that runs, in whatever page, is ended first, or it would go on writing. @param {string} id */
export async function removeSession(id) {
  await endAll(id);
  await remove(id);
}

/** Deletes every search. */
export async function clearSessions() {
  await endAll('');
  await Promise.all([disk.remove(['']), memoryShelf.remove([''])]);
}

/** Deletes what private windows searched. */
export async function clearPrivateSessions() {
  await endAll(PRIVATE_END);
  await memoryShelf.remove(['']);
}

/** Keeps a search as it grows. Nothing is shown before it is kept, so that nothing that was seen is ever lost. */
export class SessionLog {
  /** @type {Update[]} */
  #waiting = [];
  /** @type {Promise<void> | null} */
  #writing = null;
  #count = 0;
  #looks = 0;
  #onKept;

  /** @param {Session} session @param {(session: Session) => void} onKept */
  constructor(session, onKept) {
    this.session = session;
    this.#looks = session.scored.length;
    this.#onKept = onKept;
  }

  /** @param {Update} update */
  add(update) {
    this.#waiting.push(update);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was added is kept. */
  async settled() {
    while (this.#writing) await this.#writing;
  }

  async #write() {
    while (this.#waiting.length) {
      // The first photo is what the user waits for.
      const gather = this.#waiting.at(-1)?.ended === null && this.session.scored.length > 0;
      if (gather) await new Promise((resolve) => { setTimeout(resolve, GATHER_MS); });
      const updates = this.#waiting.splice(0);
      let { pictures, model, ...part } = merged(updates);
      const { id } = this.session;
      const key = `${id}/${Date.now().toString(36).padStart(9, '0')}-${String(this.#count++).padStart(6, '0')}`;
      /** @type {[string, any][]} */
      const looks = [];
      const first = updates.find(({ classes }) => classes);
      if (first?.pictures) looks.push([`look/${id}/source`, first.pictures], [`look/${id}/model`, first.model]);
      this.#looks += part.scored.length;
      if (pictures?.length && this.#looks <= (isPrivateSession(id) ? MAX_PRIVATE_LOOKS : MAX_LOOKS)) looks.push([`look/${key}`, pictures]);
      try {
        const [known] = first ? await shelfOf(id).read(`look/${id}/model`) : [];
        if (known && known[1] !== first?.model) await shelfOf(id).remove([`look/${id}/`]); // another network saw those
        await shelfOf(id).write([[`part/${key}`, part], [`summary/${id}`, summaryOf(fold(this.session, { ...part, pictures: null, model }))], ...looks]);
        announceGrowth(id);
      } catch (error) { // the disk is full, or the user has taken the storage away: what was found is still shown
        const known = this.session.problems.some(({ code }) => code === 'not_kept');
        if (!known) part = { ...part, problems: [...part.problems, { code: 'not_kept', params: {} }] };
        console.warn(error);
      }
      this.session = fold(this.session, { ...part, pictures: null, model });
      this.#onKept(this.session);
    }
    this.#writing = null;
  }
}
