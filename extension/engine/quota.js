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

/**
 * What was asked and cannot, or (in private windows) shall not, be written down: by who asked, and by service. It is told
 * to all who ask, and lives in their memory. (In Firefox private windows and others do not hear each other.)
 * @type {Map<string, Record<string, Asked>>}
 */
const unwritten = new Map();
const me = crypto.randomUUID();
const channel = new BroadcastChannel('clear-quota');
const tell = () => channel.postMessage({ from: me, asked: unwritten.get(me) ?? {} });
channel.onmessage = (/** @type {MessageEvent<{from: string, asked: Record<string, Asked>} | null>} */ { data }) => {
  if (data) unwritten.set(data.from, data.asked);
  else tell();
};
channel.postMessage(null); // who is new is told

/** @param {string} service @returns {Asked[]} */
const ofAll = (service) => [...unwritten.values()].map((asked) => asked[service] ?? {});

/** Questions that all searches, but those of private windows, asked a service lately. @param {string} service @param {number} seconds */
export async function askedLately(service, seconds) {
  const since = Date.now() / 1000 - seconds;
  const asked = /** @type {Asked} */ (await get(service, store) ?? {});
  return Object.entries(asked).reduce((sum, [from, count]) => sum + (Number(from) > since ? count : 0), 0);
}

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
  const recent = (/** @type {Asked} */ asked) => Object.entries(asked)
    .map(([from, count]) => ({ from: Number(from), count }))
    .filter(({ from }) => from <= now && from + step > now - Math.max(...spans) - MARGIN);
  let wait = 0;
  /** What is kept of a record when there is a question more, if all records together leave room for it. */
  const take = (/** @type {Asked} */ asked, /** @type {Asked[]} */ all) => {
    const together = all.flatMap(recent).sort((a, b) => b.from - a.from);
    wait = Math.max(...limits.map((limit) => secondsToWait(together, limit, now, step)));
    const kept = Object.fromEntries(recent(asked).map(({ from, count }) => [from, count]));
    return wait === 0 ? { ...kept, [bucket]: (kept[bucket] ?? 0) + 1 } : kept;
  };
  const inMemory = async () => {
    // In Firefox a worker of a private window has no store at all, not even to read; and any store may fail.
    const written = await get(service, store).catch(() => null) ?? {};
    const mine = unwritten.get(me) ?? {};
    unwritten.set(me, { ...mine, [service]: take(mine[service] ?? {}, [written, ...ofAll(service)]) });
    tell();
  };
  if (isPrivate) await inMemory();
  else await update(service, (asked = {}) => take(asked, [asked, ...ofAll(service)]), store).catch(inMemory);
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
