// @ts-check
/** What an engine is asked for: to begin a search, or to go on with one. */
import { memoryForSearch } from './memory.js';
import { bytesForEngine } from './picture.js';
import { givenToScores } from './scores.js';
import { SERVICES } from './services.js';
import { nextBudget, serviceOf } from './session.js';
import { getLooks, isPrivateSession } from './sessions.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Settings} Settings */

/** @param {Session} from */
const hasBegun = (from) => from.scored.length > 0 || from.pages.length > 0;

/** A search goes on where it began. @param {Session} from @param {Settings} settings */
const placeFor = (from, settings) => (hasBegun(from) && serviceOf(from)) || settings.service;

/** @param {Session} from @param {Settings} settings */
export function budgetFor(from, settings) {
  const queries = Math.min(settings.budget.queries, SERVICES[placeFor(from, settings)].queries);
  return nextBudget(from, { ...settings.budget, queries });
}

/**
 * @param {Session} from
 * @param {Settings} settings
 * @param {{excluded: string[], days: number | null}} wishes   as in the settings; a private window's are not kept there
 * @param {import('../types').SearchRequest['score']} score
 * @returns {Promise<import('../types').SearchRequest>}
 * @throws {import('./picture.js').PictureError}
 */
export async function requestFor(from, settings, { excluded, days }, score) {
  const picture = await bytesForEngine(from.picture);
  const { key, model, strategy } = settings;
  const isPrivate = isPrivateSession(from.id);
  const begun = hasBegun(from);
  const [given, memory, looks] = await Promise.all([
    givenToScores(settings), isPrivate ? null : memoryForSearch(model), begun ? getLooks(from.id) : null,
  ]);
  return {
    id: from.id, picture, memory, service: placeFor(from, settings), key, days, model, strategy, score, given,
    budget: budgetFor(from, settings), excluded, seed: null,
    resume: begun ? { pages: from.pages, scored: from.scored, spent: from.spent } : null,
    seen: looks?.model ? looks : null, isPrivate,
  };
}
