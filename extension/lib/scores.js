// @ts-check
/** The scores to choose from: those that ship, and the user's own, which are kept in the browser. */
import { api } from './browser.js';
import { t } from './i18n.js';
import { markedRecords, otherPicture } from './taste.js';
import { bytesForEngine } from './picture.js';

/** @typedef {import('../types').OwnScore} OwnScore */
/** @typedef {import('../types').ScoreName} ScoreName */
/** @typedef {import('../types').Settings} Settings */

/** @type {readonly import('../types').ShippedScore[]} */
export const SHIPPED = Object.freeze(['exponential', 'gaussian', 'cosine', 'one_class', 'colour', 'not_like_this', 'my_taste', 'fair']);
export const DEFAULT_SCORE = SHIPPED[0];
export const DEFAULT_CLASS = 'tiger';
const READ_TIMEOUT_MS = 2000;

/** @param {unknown} one @returns {one is OwnScore} */
const isOwn = (one) => typeof (/** @type {any} */ (one)?.trusted) === 'boolean' && ['id', 'title', 'code'].every((name) => typeof (/** @type {any} */ (one)?.[name]) === 'string');

/** The user's own scores, oldest first. @returns {Promise<OwnScore[]>} */
export async function ownScores() {
  const { scores } = await api.storage.local.get('scores');
  return Array.isArray(scores) ? scores.filter(isOwn) : [];
}

/** @param {OwnScore[]} scores all of them */
export const saveOwnScores = (scores) => api.storage.local.set({ scores });

/** @returns {ScoreName & `own/${string}`} */
export const newOwnId = () => `own/${crypto.randomUUID()}`;

/** @returns {Promise<ScoreName[]>} */
export const scoreNames = async () => [...SHIPPED, ...(await ownScores()).filter(({ trusted }) => trusted).map(({ id }) => id)];

/** The text of a score that ships. @param {string} name @returns {Promise<string>} */
export async function shippedCode(name) {
  const answer = await fetch(api.runtime.getURL(`vendor/scores/${name}.py`));
  if (!answer.ok) throw new Error(`score ${name}: ${answer.status}`);
  return answer.text();
}

/** @param {import('../types').ShippedScore} name */
export const shippedTitle = (name) => t(`score_${name}`);

/**
 * What the engine is to score with; `code` is null for a score that ships.
 * @param {Settings} settings
 * @returns {Promise<import('../types').SearchRequest['score']>}
 */
export async function scoreInForce({ score }) {
  const own = (await ownScores()).find(({ id, trusted }) => id === score && trusted);
  return own ? { name: own.title, code: own.code } : { name: score, code: null };
}

/** What scores may ask for. @param {Settings} settings @returns {Promise<import('../types').Given>} */
export async function givenToScores({ className }) {
  // A search does not wait for a store that does not answer.
  /** @type {Promise<null>} */
  const late = new Promise((resolve) => { setTimeout(() => resolve(null), READ_TIMEOUT_MS); });
  const none = { model: '', marked: null, liked: [] };
  const [picture, marks] = await Promise.all([
    Promise.race([otherPicture(), late]), Promise.race([markedRecords(), late]).then((found) => found ?? none),
  ]);
  const other = picture ? await bytesForEngine(picture).catch(() => null) : null;
  return { class_name: className, other, ...marks };
}
