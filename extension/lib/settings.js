// @ts-check
import { api } from './browser.js';
import { DEFAULT_CLASS, DEFAULT_SCORE, scoreNames } from './scores.js';
import { isService } from './services.js';

/** @typedef {import('../types').Settings} Settings */

/** CLEAR's own measure: at most 110 questions and 110 photos; the clock ends what a slow network would stretch. */
export const DEFAULT_BUDGET = Object.freeze({ queries: 110, photos: 110, seconds: 120 });

/** @type {readonly import('../types').StrategyName[]} */
const STRATEGIES = Object.freeze(['pool', 'greedy', 'epsilon_greedy', 'ucb', 'random']);
/** Those that need word vectors, 10 MB that not every build has. @type {readonly import('../types').StrategyName[]} */
const WITH_VECTORS = Object.freeze(['tiara', 'tiara_s']);

/** The strategies of this build, the default first. @returns {Promise<readonly import('../types').StrategyName[]>} */
export async function strategies() {
  const { vectors } = await (await fetch(api.runtime.getURL('vendor/words/words.json'))).json();
  return vectors ? [...STRATEGIES, ...WITH_VECTORS] : STRATEGIES;
}

/** The choices of an upload date: within so many days, or whenever. */
export const UPLOADED = Object.freeze([null, 30, 365]);

/**
 * The networks of this build, the default first; the user's own is not among them.
 * @returns {Promise<{name: string, title: string}[]>}
 */
export const models = async () => (await fetch(api.runtime.getURL('vendor/models/models.json'))).json();

/** What a user may set, lowest and highest. Flickr allows 3,600 questions an hour for a key; services.js may ask fewer. */
export const BUDGET_LIMITS = Object.freeze({ queries: [10, 1000], photos: [10, 2000], seconds: [10, 1800] });

/**
 * Whole numbers inside the limits, whatever was stored.
 * @param {Partial<Record<keyof typeof BUDGET_LIMITS, unknown>>} [stored]
 * @returns {import('../types').Budget}
 */
function budgetFrom(stored = {}) {
  /** @param {keyof typeof BUDGET_LIMITS} name */
  const one = (name) => {
    const value = Math.round(Number(stored[name]));
    const [low, high] = BUDGET_LIMITS[name];
    return Number.isFinite(value) && value > 0 ? Math.min(high, Math.max(low, value)) : DEFAULT_BUDGET[name];
  };
  return { queries: one('queries'), photos: one('photos'), seconds: one('seconds') };
}

/**
 * The settings in force. Without a choice of the user's own: Flickr's search when a key is set, else its public feed.
 * @returns {Promise<Settings>}
 */
export async function loadSettings() {
  const stored = await api.storage.local.get(['service', 'key', 'strategy', 'score', 'className', 'budget', 'memory', 'model', 'excluded', 'days']);
  const key = typeof stored.key === 'string' ? stored.key.trim() : '';
  const chosen = isService(stored.service) ? stored.service : null;
  return {
    service: chosen ?? (key ? 'flickr' : 'flickr_feed'),
    key,
    strategy: (await strategies()).find((name) => name === stored.strategy) ?? STRATEGIES[0],
    score: (await scoreNames()).find((name) => name === stored.score) ?? DEFAULT_SCORE,
    className: typeof stored.className === 'string' && stored.className ? stored.className : DEFAULT_CLASS,
    memory: stored.memory !== false,
    model: await chosenModel(stored.model),
    budget: budgetFrom(/** @type {object} */ (stored.budget)),
    excluded: Array.isArray(stored.excluded) ? stored.excluded.filter((tag) => typeof tag === 'string') : [],
    days: UPLOADED.find((days) => days === stored.days) ?? null,
  };
}

/** @param {unknown} stored */
async function chosenModel(stored) {
  const names = (await models()).map(({ name }) => name);
  return typeof stored === 'string' && (stored === 'own' || names.includes(stored)) ? stored : names[0];
}

/** @param {Partial<Settings>} changes */
export async function saveSettings(changes) {
  await api.storage.local.set(changes);
}
