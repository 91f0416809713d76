// @ts-check
/** Searches, kept in IndexedDB: what was found survives a closed popup and a restarted browser. */
import { clear as clearStore, createStore, delMany, getMany, keys, set, setMany } from '../vendor/js/idb-keyval.mjs';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Update} Update */

export const MAX_SESSIONS = 12;
const WRITE_INTERVAL_MS = 500;

const store = createStore('clear', 'sessions');
// The picture never changes while the rest is written twice a second, so they are kept apart.
const recordKey = (/** @type {string} */ id) => `record/${id}`;
const pictureKey = (/** @type {string} */ id) => `picture/${id}`;

/** A new identifier. They sort by the time they were made. */
export function newSessionId() {
  return `${Date.now().toString(36).padStart(9, '0')}-${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * Stores a picture to search with, and forgets the oldest searches beyond MAX_SESSIONS.
 * @param {string} id
 * @param {Blob} picture
 * @param {import('../types').PictureSource} source
 * @returns {Promise<Session>}
 */
export async function createSession(id, picture, source) {
  const record = {
    id, created: Date.now(), source, classes: null, pages: [], scored: [], tags: [],
    spent: { queries: 0, photos: 0, seconds: 0 }, budget: null, problems: [], ended: null, problem: null,
  };
  await setMany([[recordKey(id), record], [pictureKey(id), picture]], store);
  for (const old of (await sessionIds()).slice(MAX_SESSIONS)) await removeSession(old);
  return { ...record, picture };
}

/** @param {string} id @returns {Promise<Session | undefined>} */
export async function getSession(id) {
  const [record, picture] = await getMany([recordKey(id), pictureKey(id)], store);
  return record && picture ? { ...record, picture } : undefined;
}

/** Identifiers of the kept searches, newest first. @returns {Promise<string[]>} */
export async function sessionIds() {
  const all = /** @type {string[]} */ (await keys(store));
  return all.filter((key) => key.startsWith('record/')).map((key) => key.slice(7)).sort().reverse();
}

/** The pictures of the newest searches. @param {number} count @returns {Promise<{id: string, picture: Blob}[]>} */
export async function recentPictures(count) {
  const ids = (await sessionIds()).slice(0, count);
  const pictures = await getMany(ids.map(pictureKey), store);
  return ids.map((id, i) => ({ id, picture: pictures[i] })).filter(({ picture }) => picture instanceof Blob);
}

/** @param {string} id */
export const removeSession = (id) => delMany([recordKey(id), pictureKey(id)], store);

/** Deletes every search. */
export const clearSessions = () => clearStore(store);

/**
 * The session after one more update.
 * @param {Session} session
 * @param {Update} update
 * @returns {Session}
 */
export function fold(session, update) {
  return {
    ...session,
    classes: update.classes ?? session.classes,
    pages: [...session.pages, ...update.pages],
    scored: [...session.scored, ...update.scored],
    tags: update.tags,
    spent: update.spent,
    budget: update.budget,
    problems: [...session.problems, ...update.problems],
    ended: update.ended,
    problem: update.problem,
  };
}

/**
 * What a search may use in all: what was left of it after an interruption, a whole budget more after its end.
 * @param {Session} session
 * @param {import('../types').Budget} fresh
 * @returns {import('../types').Budget}
 */
export function nextBudget({ ended, budget, spent }, fresh) {
  if (!budget) return fresh;
  const left = spent.queries < budget.queries && spent.photos < budget.photos && spent.seconds < budget.seconds;
  if (ended !== 'budget' && left) return budget;
  return {
    queries: spent.queries + fresh.queries,
    photos: spent.photos + fresh.photos,
    seconds: spent.seconds + fresh.seconds,
  };
}

/** Best first; a photo is shown once. @param {Session['scored']} scored @returns {Session['scored']} */
export function ranked(scored) {
  const best = new Map();
  for (const one of scored) {
    if (!(best.get(one.photo.id)?.score >= one.score)) best.set(one.photo.id, one);
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

/** Writes a session as it grows: the newest state, at most every half second. */
export class SessionWriter {
  /** @type {Session | null} */
  #waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Session} session */
  put(session) {
    this.#waiting = session;
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_INTERVAL_MS);
  }

  /** Writes what is waiting, now (the page is going, or the search has ended). */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#waiting) return;
    const { picture: _kept, ...record } = this.#waiting;
    this.#waiting = null;
    await set(recordKey(record.id), record, store);
  }
}
