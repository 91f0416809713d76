// @ts-check
/** Runs this page's searches, one after the other, whether they are shown or not. */
import { EngineClient } from '../engine/client.js';
import { runAlone } from '../lib/running.js';
import { getSession } from '../lib/sessions.js';
import { runSearch } from './run.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {{id: string, session: Session, engine: 'starting' | 'running' | 'stopping', booted: boolean, stop: AbortController}} Run */

export class Runner {
  #engine = new EngineClient();
  #onNews;
  #ended = Promise.resolve();
  /** The one that was begun last, until it has ended. @type {Run | null} */
  run = null;

  /** @param {(run: Run) => void} onNews */
  constructor(onNews) {
    this.#onNews = onNews;
  }

  /** Starts Python and the network ahead of a search. */
  warmUp() {
    this.#engine.warmUp();
  }

  stop() {
    const { run } = this;
    if (!run) return;
    run.engine = 'stopping';
    run.stop.abort();
    this.#onNews(run);
  }

  /** Stops, and resolves when what was found is kept. */
  async end() {
    this.stop();
    await this.#ended;
  }

  /**
   * Runs a search to its end, instead of the one that runs.
   * @param {Session} from
   * @param {{excluded: string[], days: number | null}} wishes
   * @param {boolean} wait another page is about to hand this search over
   * @returns {Promise<Session | null>} as it ended; null: another page runs it
   */
  start(from, wishes, wait) {
    this.stop();
    const running = this.#run(from, wishes, wait);
    this.#ended = running.then(() => {}, () => {});
    return running;
  }

  /** @type {Runner['start']} */
  async #run(from, wishes, wait) {
    /** @type {Run} */
    const run = { id: from.id, session: { ...from, ended: null, problem: null }, engine: 'starting', booted: false, stop: new AbortController() };
    const tell = (/** @type {Partial<Run>} */ news) => this.#onNews(Object.assign(run, news));
    this.run = run;
    tell({});
    const mine = await runAlone(from.id, async () => {
      void this.#engine.ready().then(() => tell({ booted: true }), () => {});
      const latest = wait ? await getSession(from.id) ?? from : from; // the other page may have had the last word
      if (wait && latest.ended !== null) run.session = latest;
      else await runSearch(this.#engine, latest, wishes, run.stop.signal, (session) => tell({ session, engine: run.engine === 'starting' ? 'running' : run.engine }));
    }, { wait });
    if (this.run === run) this.run = null;
    return mine ? run.session : null;
  }
}
