// @ts-check
/** One search in this page's engine, kept as it grows. */
import { Room, RoomError } from '../engine/room.js';
import { keepMemory } from '../lib/memory.js';
import { PictureError } from '../lib/picture.js';
import { budgetFor, requestFor } from '../lib/request.js';
import { scoreInForce } from '../lib/scores.js';
import { SessionLog } from '../lib/sessions.js';
import { loadSettings } from '../lib/settings.js';

/** @typedef {import('../types').Session} Session */

/**
 * Begins a search, or goes on with one, until it ends. Never rejects: what goes wrong is in the session.
 * @param {import('../engine/client.js').EngineClient} engine
 * @param {Session} from
 * @param {{excluded: string[], days: number | null}} wishes
 * @param {AbortSignal} stop
 * @param {(session: Session) => void} onKept called with the session as it is kept, first when the engine has answered
 */
export async function runSearch(engine, from, wishes, stop, onKept) {
  const log = new SessionLog(from, onKept);
  const settings = await loadSettings();
  const nothing = { asked: [], classes: null, pages: [], scored: [], problems: [], tags: from.tags, spent: from.spent, budget: budgetFor(from, settings), ended: null, problem: null, rescored: {}, order: null, pictures: null, model: null };
  const room = new Room();
  try {
    const score = await scoreInForce(settings);
    if (score.code !== null) room.warmUp();
    const request = await requestFor(from, settings, wishes, score);
    const learned = await engine.search(
      request,
      (update) => log.add(update),
      (question, files) => answerOf(room, question, files),
      stop,
    );
    if (learned) await keepMemory(request.model, learned).catch(console.warn); // the disk may be full; the search is done all the same
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
