// @ts-check
/** A page's handle on the engine: connects when it is first needed, and notices when the engine dies or hangs. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { whenGone } from '../lib/lifeline.js';
import { loadSettings } from '../lib/settings.js';
import { Connection } from './connection.js';

/** @typedef {import('../types').Update} Update */
/** @typedef {import('../types').SearchRequest} SearchRequest */

/**
 * How long the first engine may take to start, and the second. A cold start takes 2 s, ten times as long on a slow machine
 * that is busy; one that takes longer hangs, as it does now and then in a Firefox that has just been opened.
 */
const START_MS = [15_000, 45_000];
const STOP_MS = 4000; // a search that does not heed its stop for so long is stuck
const SLACK_MS = 60_000; // for the last pictures and their scores, beyond what the search may take

const HUNG = 'the engine did not start';
const DIED = Symbol('the engine died');
/** What an engine fails of that lives on, it will tell again when it is asked. @param {Error} error */
const unlessItDied = (error) => { if (error.cause === DIED) throw error; };

/** What to tell of an engine that failed. @param {string} message @returns {import('../types').Problem} */
export const problemOf = (message) => (/MemoryError|out of memory/i.test(message)
  ? { code: 'engine_memory', params: {} }
  : { code: 'engine_failed', params: { message } });

/** @param {AbortSignal} signal @returns {Promise<void>} */
const aborted = (signal) => new Promise((resolve) => {
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
});

export class EngineClient {
  /** @type {Connection | null} */
  #connection = null;
  /** @type {Comlink.Remote<import('../types').Engine> | null} */
  #remote = null;
  #calls = 0; // under way
  #searching = Promise.resolve();
  /** @type {Set<(message: string) => void>} */
  #onDeath = new Set();

  #connect() {
    if (this.#remote) return this.#remote;
    /** @type {Connection} */
    const connection = new Connection((message) => this.#bury(connection, message));
    const remote = /** @type {Comlink.Remote<import('../types').Engine>} */ (Comlink.wrap(connection.port));
    this.#connection = connection;
    this.#remote = remote;
    void remote.alive().then((name) => {
      connection.name = name;
      return whenGone(name);
    }).then(() => this.#bury(connection, 'the engine stopped'));
    return remote;
  }

  /** @param {Connection | null} connection @param {string} message */
  #bury(connection, message) {
    if (!connection || this.#connection !== connection) return;
    connection.terminate();
    this.#connection = this.#remote = null;
    for (const tell of this.#onDeath) tell(message);
  }

  /** Gives a borrowed engine back. @returns {boolean} was it borrowed? */
  #giveBack() {
    if (!this.#connection?.giveBack()) return false;
    this.#connection = this.#remote = null;
    return true;
  }

  /** Starts Python and the network ahead of a search; its failure will be the search's. */
  warmUp() {
    void this.ready().catch(() => {});
  }

  /** Starts Python and the network of the settings, and resolves when they are there. */
  async ready() {
    await this.#start((await loadSettings()).model);
  }

  /**
   * Starts Python and a network. An engine that takes too long is ended, and another one is tried.
   * @param {string | null} model null: Python alone
   * @throws {Error} what kept it from starting; with `cause` DIED, no engine is left
   */
  async #start(model) {
    for (const limit of START_MS) {
      const remote = this.#connect();
      const connection = this.#connection;
      const timer = setTimeout(() => this.#bury(connection, HUNG), limit);
      try {
        return await this.#beforeDeath(remote.boot(model));
      } catch (error) {
        if (/** @type {Error} */ (error).message !== HUNG || limit === START_MS.at(-1)) throw error;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /**
   * Looks at a network of the user's own. Rejects when that kills the engine.
   * @type {import('../types').Engine['describeModel']}
   */
  describeModel(...file) {
    return this.#once(null, (engine) => engine.describeModel(...file));
  }

  /** What the network sees in a picture file. @type {import('../types').Engine['look']} */
  look(picture, model) {
    return this.#once(model, (engine) => engine.look(picture, model));
  }

  /**
   * Reads what is written in photos about themselves. Rejects when that kills the engine.
   * @type {import('../types').Engine['describeFolder']}
   */
  describeFolder(files) {
    return this.#once(null, (engine) => engine.describeFolder(files));
  }

  /**
   * What is waited for, or an error with `cause` DIED when the engine dies before.
   * @template T
   * @param {Promise<T>} result
   * @returns {Promise<T>}
   */
  async #beforeDeath(result) {
    /** @type {(message: string) => void} */
    let die = () => {};
    /** @type {Promise<never>} */
    const death = new Promise((_resolve, reject) => { die = (message) => reject(new Error(message, { cause: DIED })); });
    this.#onDeath.add(die);
    try {
      return await Promise.race([result, death]);
    } finally {
      this.#onDeath.delete(die);
    }
  }

  /**
   * What a call gives. An engine that is borrowed is given back when nothing is asked of it any more.
   * @template T
   * @param {(engine: Comlink.Remote<import('../types').Engine>) => Promise<T>} call
   * @returns {Promise<T>}
   */
  async #unlessDead(call) {
    this.#calls++;
    try {
      return await this.#beforeDeath(call(this.#connect()));
    } finally {
      if (--this.#calls === 0) this.#giveBack();
    }
  }

  /**
   * The same of an engine that has started.
   * @template T
   * @param {string | null} model that it needs for the call
   * @param {(engine: Comlink.Remote<import('../types').Engine>) => Promise<T>} call
   * @returns {Promise<T>}
   */
  async #once(model, call) {
    await this.#start(model).catch(unlessItDied);
    return this.#unlessDead(call);
  }

  /**
   * Runs one search to its end, after those that were begun before it. Never rejects: the last update carries `ended` and,
   * for a failure, `problem`.
   * @param {SearchRequest} request
   * @param {(update: Update) => void} onUpdate
   * @param {import('../types').AskRoom} askRoom for a score of the user's own
   * @param {AbortSignal} stop the search ends soon and keeps what it found
   * @returns {Promise<import('../types').Learned | null>} what it taught about tags
   */
  async search(request, onUpdate, askRoom, stop) {
    let latest = /** @type {Update} */ ({
      asked: [], classes: null, pages: [], scored: [], tags: [], problems: [], ended: null, problem: null,
      rescored: {}, order: null, pictures: null, model: null,
      spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    });
    let over = false;
    const receive = (/** @type {Update} */ update) => {
      if (over) return;
      const { problem } = update;
      latest = problem?.code === 'engine_failed' ? { ...update, problem: problemOf(String(problem.params.message)) } : update;
      over = update.ended !== null;
      onUpdate(latest);
    };
    const before = this.#searching;
    /** @type {() => void} */
    let release = () => {};
    this.#searching = new Promise((resolve) => { release = resolve; });
    this.#calls++; // it is given back at the very end
    await before;
    /** @type {Connection | null} */
    let connection = null;
    /** @type {ReturnType<typeof setTimeout>[]} */
    const timers = [];
    const endIn = (/** @type {number} */ ms, /** @type {string} */ message) => { timers.push(setTimeout(() => this.#bury(connection, message), ms)); };
    try {
      // Until the engine has started there is nothing to stop, and it is left to start.
      await Promise.race([this.#start(request.model).catch(unlessItDied), aborted(stop)]);
      stop.throwIfAborted();
      const learned = await this.#unlessDead(async (engine) => {
        connection = this.#connection;
        endIn(Math.max(0, request.budget.seconds - latest.spent.seconds) * 1000 + SLACK_MS, 'the engine did not answer');
        void aborted(stop).then(() => {
          if (over) return;
          void engine.stop().catch(() => {});
          endIn(STOP_MS, 'the engine was stopped');
        });
        return engine.search(request, Comlink.proxy(receive), Comlink.proxy(askRoom));
      });
      if (!over) throw new Error('the engine did not answer');
      return learned;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const ending = /** @type {Partial<Update>} */ (stop.aborted
        ? { ended: 'stopped' }
        : { ended: 'failed', problem: { code: 'engine_failed', params: { message } } });
      receive({ ...latest, asked: [], classes: null, pages: [], scored: [], problems: [], rescored: {}, order: null, pictures: null, model: null, ...ending });
      return null;
    } finally {
      timers.forEach(clearTimeout);
      // Whatever it failed of (its memory may be used up), the next search gets a new one.
      if (latest.problem?.code.startsWith('engine_')) this.#bury(connection, 'the engine failed');
      if (--this.#calls === 0) this.#giveBack();
      release();
    }
  }

  /** Leaves the engine; for a page that needed it for a moment. */
  close() {
    if (!this.#giveBack()) this.#bury(this.#connection, 'the engine was closed');
  }
}
