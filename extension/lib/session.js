// @ts-check
/** A search as a value: how updates make it, what is the best of it, what it may still use. Where it is kept: sessions.js. */
import { isService } from './services.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Service} Service */
/** @typedef {import('../types').Update} Update */

/**
 * The session after one more update.
 * @param {Session} session
 * @param {Update} update
 * @returns {Session}
 */
export function fold(session, update) {
  return {
    ...session,
    service: update.service ?? session.service,
    waiting: update.waiting ?? 0,
    asked: [...session.asked, ...update.asked],
    classes: update.classes ?? session.classes,
    pages: [...session.pages, ...update.pages],
    scored: [...withScores(session.scored, update.rescored), ...update.scored],
    order: update.order ?? session.order ?? null,
    tags: update.tags,
    spent: update.spent,
    budget: update.budget,
    problems: [...session.problems, ...update.problems],
    ended: update.ended,
    problem: update.problem,
  };
}

/** The service a search was made with; of old ones their photos tell. @param {Session} session @returns {Service | null} */
export function serviceOf({ service, scored }) {
  const name = service ?? scored[0]?.photo.service;
  return isService(name) ? name : null;
}

/** What makes a photo the same photo, over all services. @param {import('../types').Photo} photo */
export const keyOf = ({ service, id }) => `${service}:${id}`;

/** @param {Session['scored']} scored @param {Record<string, number>} [scores] by key @returns {Session['scored']} */
const withScores = (scored, scores) => (scores && Object.keys(scores).length
  ? scored.map((one) => ({ ...one, score: scores[keyOf(one.photo)] ?? one.score }))
  : scored);

/** Several updates as one; of their pictures those of photos. @param {Update[]} updates @returns {Update} */
export const merged = (updates) => ({
  .../** @type {Update} */ (updates.at(-1)),
  asked: updates.flatMap(({ asked }) => asked),
  classes: updates.find(({ classes }) => classes)?.classes ?? null,
  pages: updates.flatMap(({ pages }) => pages),
  scored: updates.flatMap(({ scored }) => scored),
  problems: updates.flatMap(({ problems }) => problems),
  rescored: Object.assign({}, ...updates.map(({ rescored }) => rescored)),
  order: updates.filter(({ order }) => order).at(-1)?.order ?? null,
  pictures: joined(updates.flatMap(({ classes, pictures }) => (classes || !pictures ? [] : [pictures]))),
});

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

/**
 * Best first, or as the score wants them in `order` (keys); a photo is shown once.
 * @param {Session['scored']} scored
 * @param {string[] | null} [order]
 * @returns {Session['scored']}
 */
export function ranked(scored, order = null) {
  const best = new Map();
  for (const one of scored) {
    if (!(best.get(one.photo.id)?.score >= one.score)) best.set(one.photo.id, one);
  }
  const photos = [...best.values()];
  if (!order) return photos.sort((a, b) => b.score - a.score);
  const wanted = new Map(order.map((key, i) => [key, i]));
  const places = new Map(photos.map((one) => [one, wanted.get(keyOf(one.photo)) ?? order.length]));
  const placeOf = (/** @type {import('../types').Scored} */ one) => Number(places.get(one));
  return photos.sort((a, b) => placeOf(a) - placeOf(b) || b.score - a.score);
}

const SUMMARY_PHOTOS = 4;
const SUMMARY_WORDS = 2;

/** What the list of searches shows of one. @param {Session} session */
export function summaryOf({ scored, classes, ended }) {
  const best = ranked(scored);
  return {
    photos: best.length, best: best.slice(0, SUMMARY_PHOTOS).map(({ photo }) => photo),
    words: (classes ?? []).slice(0, SUMMARY_WORDS).map(({ name }) => name), ended,
  };
}

/** @param {Uint8Array[]} arrays */
export function joined(arrays) {
  const all = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
