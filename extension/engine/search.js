// @ts-check
/** One search after the other in this engine: wires Python to the network, to the service, and to the page that asked. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { keptFiles } from '../lib/folder.js';
import { free } from '../lib/free.js';
import { get } from './network.js';
import { load } from './python.js';
import { takeQuestion } from './quota.js';
import { engine, filledFrom, giveUp, messageOf, pythonIfAny, tryTheCard } from './ready.js';

/** @typedef {import('../types').Update} Update */
/** @typedef {import('./ready.js').PythonArray} PythonArray */

const PULSE_MS = 3000;
/** Pictures that are looked at (the source is the first) while the page is still being opened, which wants the processor, too. */
const MEANWHILE = 4;
const REST_MS = 3000; // after a search, before the graphics card is tried out
const WORD_VECTORS = 'words/vectors.npz'; // there if the build was told to

/** @param {import('../types').SearchRequest} request @param {unknown} error @returns {Update} */
function failed(request, error) {
  return {
    asked: [], classes: null, pages: [], scored: [], tags: [], problems: [], rescored: {}, order: null, pictures: null, model: null,
    spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    ended: 'failed', problem: /** @type {any} */ (error)?.problem ?? { code: 'engine_failed', params: { message: messageOf(error) } },
  };
}

/** Text that Python gives away. @param {Uint8Array<ArrayBuffer>} utf8 */
function textOf(utf8) {
  const text = new TextDecoder().decode(utf8);
  free(utf8.buffer);
  return text;
}

/** @type {Promise<void>} */
let running = Promise.resolve();
let searches = 0; // begun
/**
 * A page that this engine works for. `gone` resolves when it has given a borrowed engine back, or was closed; `wantsEnd`: of
 * the search that it asked for last.
 * @typedef {{here: boolean, gone: Promise<void>, wantsEnd: boolean, early?: Visitor, opened?: Promise<void>}} Visitor   early: who
 *   stood for it before it came; opened: then the page is there
 */
/** Whose search Python runs. @type {Visitor | null} */
let served = null;

/** A page wants its search to end. @param {Visitor} page */
export function end(page) {
  if (page.early) end(page.early);
  page.wantsEnd = true;
  if (served === page) void pythonIfAny()?.then((core) => core.stop(), () => {});
}

/** Is Python at work for somebody? */
export const isSearching = () => served !== null;

/**
 * Runs a search when those before it have ended. Never rejects: the last update carries `ended`.
 * @param {Visitor} page
 * @param {import('../types').SearchRequest} request
 * @param {(update: Update) => unknown} onUpdate
 * @param {import('../types').AskRoom} askRoom
 * @returns {Promise<import('../types').Learned | null>}
 */
export async function runSearch(page, request, onUpdate, askRoom) {
  const before = running;
  page.wantsEnd = !page.here;
  const mine = ++searches;
  let looks = 0;
  /** @type {() => void} */
  let release = () => {};
  running = new Promise((resolve) => { release = resolve; });
  let latest = failed(request, '');
  let delivered = Promise.resolve();
  /** @type {import('../types').Learned | null} */
  let learned = null;
  /** Questions and pictures may be counted apart; the one must not say that the other need not wait. @type {Map<string, number>} */
  const waitingUntil = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let pulse;
  /** @param {Update} update */
  const send = (update) => {
    const until = Math.max(0, ...waitingUntil.values());
    const waiting = update.ended ? 0 : Math.max(0, Math.round((until - performance.now()) / 1000));
    latest = { ...update, service: request.service, waiting };
    if (update.pictures) Comlink.transfer(latest, [update.pictures.buffer]);
    delivered = Promise.resolve(onUpdate(latest)).then(() => {}, () => {}); // the page is gone: so are we, soon
  };
  try {
    await before;
    const { core, extractor, json } = await engine(request.model);
    if (page.wantsEnd) {
      send({ ...latest, ended: 'stopped', problem: null });
      return null;
    }
    pulse = setInterval(() => {
      try {
        core.pulse();
      } catch (error) {
        giveUp(error);
      }
    }, PULSE_MS);
    const { picture, memory, isPrivate, seen, given, ...rest } = request;
    // Features of another network say nothing to this one.
    const { name } = JSON.parse(json);
    const known = seen && JSON.parse(seen.model).name === name ? seen : null;
    const marks = given.model === name ? given : { marked: null, liked: [] };
    const score = { ...rest.score, class_name: given.class_name, liked: marks.liked };
    const asked = { ...rest, score, seen: known?.photos ?? null };
    served = page;
    await core.run_search(JSON.stringify(asked), picture, {
      other: () => given.other,
      marked: () => marks.marked,
      seen: () => known?.records,
      room: (/** @type {Uint8Array<ArrayBuffer>} */ question, /** @type {Record<string, Uint8Array>} */ files) => askRoom(textOf(question), files),
      model: () => json,
      memory: () => memory,
      vectors: async () => new Uint8Array(await (await load(WORD_VECTORS)).arrayBuffer()),
      learned: (/** @type {Uint8Array} */ bytes, /** @type {string} */ facts) => { learned = { bytes, ...JSON.parse(facts) }; },
      get: (/** @type {string} */ url, /** @type {number} */ timeoutMs) => get(url, timeoutMs, isPrivate),
      ...keptFiles,
      take: async (/** @type {string} */ service, /** @type {string} */ limits) => {
        const wait = await takeQuestion(service, JSON.parse(limits), isPrivate);
        waitingUntil.set(service, wait ? performance.now() + wait * 1000 : 0);
        if (wait) send({ ...latest, asked: [], classes: null, pages: [], scored: [], problems: [], rescored: {}, order: null, pictures: null, model: null });
        return wait;
      },
      extract: async (/** @type {PythonArray} */ picture) => {
        if (++looks > MEANWHILE) await page.opened;
        return extractor.extract(filledFrom(picture));
      },
      update: (/** @type {Uint8Array<ArrayBuffer>} */ update, /** @type {Uint8Array<ArrayBuffer> | undefined} */ pictures) => {
        const news = JSON.parse(textOf(update));
        send({ ...news, pictures: pictures ?? null, model: news.classes && json });
        if (page.wantsEnd) core.stop(); // it may have come before there was a search to stop
      },
    });
    if (latest.ended === null || latest.problem?.params.message === '') throw new Error('the search ended without a word');
  } catch (error) {
    console.error(error);
    send({ ...failed(request, error), tags: latest.tags, spent: latest.spent });
  } finally {
    served = null;
    clearInterval(pulse);
    await Promise.race([delivered, page.gone]); // the last update travels by another channel than the end of this call
    release();
    const disturbed = () => searches !== mine;
    if (!request.isPrivate) setTimeout(() => disturbed() || tryTheCard(disturbed), REST_MS);
  }
  return learned;
}
