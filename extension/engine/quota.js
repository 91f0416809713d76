// @ts-check
/**
 * Flickr allows 3,600 questions an hour for a key. All searches of this browser count together, in one record, so that
 * no mixture of windows, retries and restarts asks for more.
 */
import { createStore, get, update } from '../vendor/js/idb-keyval.mjs';

const HOURLY = 3600;
const MINUTE_MS = 60_000;
const store = createStore('clear-quota', 'quota');

/** @typedef {Record<string, number>} Asked  questions by minute */

/** What private windows asked, which is not written down. @type {Asked} */
let unwritten = {};

/**
 * Takes one question from the quota of the hour.
 * @param {boolean} isPrivate
 * @returns {Promise<number>} 0: it may be asked; else the minutes to wait
 */
export async function takeQuestion(isPrivate) {
  const minute = Math.floor(Date.now() / MINUTE_MS);
  let wait = 0;
  const take = (/** @type {Asked | undefined} */ asked = {}) => {
    const recent = Object.entries(asked).filter(([then]) => minute - Number(then) < 60 && Number(then) <= minute);
    const sum = recent.reduce((total, [, count]) => total + count, 0);
    wait = sum < HOURLY ? 0 : 60 - (minute - Math.min(...recent.map(([then]) => Number(then))));
    if (wait === 0) recent.push([String(minute), (asked[minute] ?? 0) + 1]); // the later one counts in fromEntries
    return Object.fromEntries(recent);
  };
  if (isPrivate) unwritten = take(Object.keys(unwritten).length ? unwritten : await get('asked', store));
  else await update('asked', take, store);
  return wait;
}
