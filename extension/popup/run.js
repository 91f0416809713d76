// @ts-check
/** One search in this page's engine, kept as it grows. */
import { Room, RoomError } from '../engine/room.js';
import { keepMemory, memoryForSearch } from '../lib/memory.js';
import { PictureError, bytesForEngine } from '../lib/picture.js';
import { givenToScores, scoreInForce } from '../lib/scores.js';
import { nextBudget, serviceOf } from '../lib/session.js';
import { SessionLog, getLooks, isPrivateSession } from '../lib/sessions.js';
import { SERVICES } from '../lib/services.js';
import { loadSettings } from '../lib/settings.js';

/** @typedef {import('../types').Session} Session */

/**
 * Begins a search, or goes on with one, until it ends. Never rejects: what goes wrong is in the session.
 * @param {import('../engine/client.js').EngineClient} engine
 * @param {Session} from
 * @param {{excluded: string[], days: number | null}} wishes   as in the settings; a private window's are not kept there
 * @param {AbortSignal} stop
 * @param {(session: Session) => void} onKept called with the session as it is kept, first when the engine has answered
 */
export async function runSearch(engine, from, { excluded, days }, stop, onKept) {
  const log = new SessionLog(from, onKept);
  const settings = await loadSettings();
  const begun = from.scored.length > 0 || from.pages.length > 0;
  const service = (begun && serviceOf(from)) || settings.service; // a search goes on where it began
  const queries = Math.min(settings.budget.queries, SERVICES[service].queries);
  const budget = nextBudget(from, { ...settings.budget, queries });
  const nothing = { asked: [], classes: null, pages: [], scored: [], problems: [], tags: from.tags, spent: from.spent, budget, ended: null, problem: null, rescored: {}, order: null, pictures: null, model: null };
  const room = new Room();
  try {
    const picture = await bytesForEngine(from.picture);
    const { key, model, strategy } = settings;
    const score = await scoreInForce(settings);
    if (score.code !== null) room.warmUp();
    const isPrivate = isPrivateSession(from.id);
    const memory = isPrivate ? null : await memoryForSearch(model);
    const resume = begun ? { pages: from.pages, scored: from.scored, spent: from.spent } : null;
    const looks = resume && await getLooks(from.id);
    const seen = looks?.model ? looks : null;
    const given = await givenToScores(settings);
    const learned = await engine.search(
      { picture, memory, service, key, days, model, strategy, score, given, budget, excluded, seed: null, resume, seen, isPrivate },
      (update) => log.add(update),
      (question, files) => answerOf(room, question, files),
      stop,
    );
    if (learned) await keepMemory(model, learned).catch(console.warn); // the disk may be full; the search is done all the same
  } catch (error) {
    const problem = error instanceof PictureError ? error.problem : { code: 'picture_unreadable', params: {} };
    log.add({ ...nothing, ended: 'failed', problem });
  } finally {
    room.close();
  }
  await log.settled();
}

/** @param {Room} room @param {string} question @param {Record<string, Uint8Array>} files */
async function answerOf(room, question, files) {
  try {
    return JSON.stringify(await room.ask(JSON.parse(question), files));
  } catch (error) {
    if (error instanceof RoomError) return JSON.stringify({ error: error.problem });
    throw error;
  }
}
