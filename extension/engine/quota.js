// @ts-check
/**
 * A service answers so many questions a minute, an hour or a day. All searches of this browser count together, in one
 * record a service, so that no mixture of windows, retries and restarts asks for more. The core names the limits
 * (clear_core/services), and its quota.py does the same sum for the command line.
 */
import { createStore, get, update } from '../vendor/js/idb-keyval.mjs';

/** Seconds that a question may be longer on its way than the one that follows it, by the service's clock. */
const MARGIN = 2;
const store = createStore('clear-quota', 'quota');

/** @typedef {{questions: number, seconds: number}} Limit  at most so many questions in any `seconds` on end */
/** @typedef {Record<string, number>} Asked  questions by the second at which their bucket of time begins */

/** What was asked and cannot, or (in private windows) shall not, be written down, by service. @type {Map<string, Asked>} */
const unwritten = new Map();

/**
 * Takes one question from what a service allows.
 * @param {string} service
 * @param {Limit[]} limits
 * @param {boolean} isPrivate
 * @returns {Promise<number>} 0: it may be asked; else the seconds to wait
 */
export async function takeQuestion(service, limits, isPrivate) {
  const now = Date.now() / 1000;
  const spans = limits.map(({ seconds }) => seconds);
  const step = Math.min(...spans) / 60; // of a bucket; 3,600 single times would be much to write 3,600 times
  const bucket = Math.floor(now / step) * step;
  let wait = 0;
  const take = (/** @type {Asked | undefined} */ asked = {}) => {
    const recent = Object.entries(asked)
      .map(([from, count]) => ({ from: Number(from), count }))
      .filter(({ from }) => from <= now && from + step > now - Math.max(...spans) - MARGIN)
      .sort((a, b) => b.from - a.from);
    wait = Math.max(...limits.map((limit) => secondsToWait(recent, limit, now, step)));
    const kept = Object.fromEntries(recent.map(({ from, count }) => [from, count]));
    return wait === 0 ? { ...kept, [bucket]: (kept[bucket] ?? 0) + 1 } : kept;
  };
  // In Firefox a worker of a private window has no store at all, not even to read; and any store may fail.
  const inMemory = async () => unwritten.set(service, take(unwritten.get(service) ?? await get(service, store).catch(() => undefined)));
  if (isPrivate) await inMemory();
  else await update(service, take, store).catch(inMemory);
  return wait;
}

/**
 * @param {{from: number, count: number}[]} recent newest first
 * @param {Limit} limit
 * @param {number} now
 * @param {number} step seconds of a bucket: its questions are as old as its end
 */
function secondsToWait(recent, { questions, seconds }, now, step) {
  let sum = 0;
  for (const { from, count } of recent) {
    sum += count;
    // The newest so many questions reach back to here: when this bucket is out of the window, there is room.
    if (sum >= questions) return Math.max(0, from + step + seconds + MARGIN - now);
  }
  return 0;
}
