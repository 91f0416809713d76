// @ts-check
/** One search in this page's engine, kept as it grows. */
import { keepMemory, memoryForSearch } from '../lib/memory.js';
import { PictureError, bytesForEngine } from '../lib/picture.js';
import { SessionLog, isPrivateSession, nextBudget, serviceOf } from '../lib/sessions.js';
import { SERVICES } from '../lib/services.js';
import { loadSettings } from '../lib/settings.js';

/** @typedef {import('../types').Session} Session */

/**
 * Begins a search, or goes on with one, until it ends. Never rejects: what goes wrong is in the session.
 * @param {import('../engine/client.js').EngineClient} engine
 * @param {Session} from
 * @param {(session: Session) => void} onKept called with the session as it is kept, first when the engine has answered
 */
export async function runSearch(engine, from, onKept) {
  const log = new SessionLog(from, onKept);
  const settings = await loadSettings();
  const begun = from.scored.length > 0 || from.pages.length > 0;
  const service = (begun && serviceOf(from)) || settings.service; // a search goes on where it began
  const queries = Math.min(settings.budget.queries, SERVICES[service].queries);
  const budget = nextBudget(from, { ...settings.budget, queries });
  const nothing = { asked: [], classes: null, pages: [], scored: [], problems: [], tags: from.tags, spent: from.spent, budget, ended: null, problem: null };
  try {
    const picture = await bytesForEngine(from.picture);
    const { key, model, strategy, score } = settings;
    const isPrivate = isPrivateSession(from.id);
    const memory = isPrivate ? null : await memoryForSearch(model);
    const resume = begun ? { pages: from.pages, scored: from.scored, spent: from.spent } : null;
    const learned = await engine.search(
      { picture, memory, service, key, model, strategy, score, budget, seed: null, resume, isPrivate },
      (update) => log.add(update),
    );
    if (learned) await keepMemory(model, learned);
  } catch (error) {
    const problem = error instanceof PictureError ? error.problem : { code: 'picture_unreadable', params: {} };
    log.add({ ...nothing, ended: 'failed', problem });
  }
  await log.settled();
}
