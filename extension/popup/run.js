// @ts-check
/** One search in this page's engine, kept as it grows. */
import { keepMemory, memoryForSearch } from '../lib/memory.js';
import { PictureError, bytesForEngine } from '../lib/picture.js';
import { SessionLog, isPrivateSession, nextBudget } from '../lib/sessions.js';
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
  const budget = nextBudget(from, settings.budget);
  const nothing = { asked: [], classes: null, pages: [], scored: [], problems: [], tags: from.tags, spent: from.spent, budget, ended: null, problem: null };
  try {
    const picture = await bytesForEngine(from.picture);
    const { service, key, model, strategy, score } = settings;
    const isPrivate = isPrivateSession(from.id);
    const memory = isPrivate ? null : await memoryForSearch(model);
    const resume = from.scored.length || from.pages.length ? { pages: from.pages, scored: from.scored, spent: from.spent } : null;
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
