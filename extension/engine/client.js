// @ts-check
/** A page's handle on the engine: starts the worker when it is first needed, and notices when it dies or hangs. */
import * as Comlink from '../vendor/js/comlink.mjs';
import { whenGone } from '../lib/lifeline.js';
import { loadSettings } from '../lib/settings.js';

/** @typedef {import('../types').Update} Update */
/** @typedef {import('../types').SearchRequest} SearchRequest */

const STOP_MS = 4000; // a search that does not heed its stop for so long is stuck
const SLACK_MS = 60_000; // for the engine to start, beyond what the search may take

export class EngineClient {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Comlink.Remote<import('../types').Engine> | null} */
  #remote = null;
  /** @type {Set<(message: string) => void>} */
  #onDeath = new Set();

  #connect() {
    if (this.#remote) return this.#remote;
    const name = `engine/${crypto.randomUUID()}`;
    const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module', name });
    const remote = /** @type {Comlink.Remote<import('../types').Engine>} */ (Comlink.wrap(worker));
    this.#worker = worker;
    this.#remote = remote;
    worker.onerror = (event) => {
      event.preventDefault();
      this.#bury(worker, event.message || 'the engine stopped');
    };
    void remote.alive().then(() => whenGone(name)).then(() => this.#bury(worker, 'the engine stopped'));
    return remote;
  }

  /** @param {Worker | null} worker @param {string} message */
  #bury(worker, message) {
    if (!worker || this.#worker !== worker) return;
    worker.terminate();
    this.#worker = this.#remote = null;
    for (const tell of this.#onDeath) tell(message);
  }

  /** Starts Python and the network ahead of a search; its failure will be the search's. */
  warmUp() {
    void this.ready().catch(() => {});
  }

  /** Starts Python and the network, and resolves when they are there. */
  async ready() {
    const remote = this.#connect();
    await remote.boot((await loadSettings()).model);
  }

  /**
   * Looks at a network of the user's own. Rejects when that kills the engine.
   * @type {import('../types').Engine['describeModel']}
   */
  describeModel(...file) {
    return this.#unlessDead((engine) => engine.describeModel(...file));
  }

  /** What the network sees in a picture file. @type {import('../types').Engine['look']} */
  look(...picture) {
    return this.#unlessDead((engine) => engine.look(...picture));
  }

  /**
   * Reads what is written in photos about themselves. Rejects when that kills the engine.
   * @type {import('../types').Engine['describeFolder']}
   */
  describeFolder(files) {
    return this.#unlessDead((engine) => engine.describeFolder(files));
  }

  /**
   * What a call gives, or an error when the engine dies before.
   * @template T
   * @param {(engine: Comlink.Remote<import('../types').Engine>) => Promise<T>} call
   * @returns {Promise<T>}
   */
  async #unlessDead(call) {
    /** @type {(message: string) => void} */
    let die = () => {};
    /** @type {Promise<never>} */
    const death = new Promise((_resolve, reject) => { die = (message) => reject(new Error(message)); });
    this.#onDeath.add(die);
    try {
      return await Promise.race([call(this.#connect()), death]);
    } finally {
      this.#onDeath.delete(die);
    }
  }

  /**
   * Runs one search to its end. Never rejects: the last update carries `ended` and, for a failure, `problem`.
   * @param {SearchRequest} request
   * @param {(update: Update) => void} onUpdate
   * @param {import('../types').AskRoom} askRoom for a score of the user's own
   * @returns {Promise<import('../types').Learned | null>} what it taught about tags
   */
  async search(request, onUpdate, askRoom) {
    let latest = /** @type {Update} */ ({
      asked: [], classes: null, pages: [], scored: [], tags: [], problems: [], ended: null, problem: null,
      rescored: {}, order: null, pictures: null, model: null,
      spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    });
    let over = false;
    const receive = (/** @type {Update} */ update) => {
      if (over) return;
      latest = update;
      over = update.ended !== null;
      onUpdate(update);
    };
    const worker = (this.#connect(), this.#worker);
    const left = Math.max(0, request.budget.seconds - latest.spent.seconds) * 1000 + SLACK_MS;
    const timer = setTimeout(() => this.#bury(worker, 'the engine did not answer'), left);
    this.#stopped = false;
    try {
      const learned = await this.#unlessDead((engine) => engine.search(request, Comlink.proxy(receive), Comlink.proxy(askRoom)));
      if (!over) throw new Error('the engine did not answer');
      return learned;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const ending = /** @type {Partial<Update>} */ (this.#stopped
        ? { ended: 'stopped' }
        : { ended: 'failed', problem: { code: 'engine_failed', params: { message } } });
      receive({ ...latest, asked: [], classes: null, pages: [], scored: [], problems: [], rescored: {}, order: null, pictures: null, model: null, ...ending });
      return null;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#stopTimer);
    }
  }

  #stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #stopTimer;

  /** Ends the engine; for a page that needed it for a moment. */
  close() {
    this.#bury(this.#worker, 'the engine was closed');
  }

  /** The running search ends soon and keeps what it found. */
  stop() {
    this.#stopped = true;
    void this.#remote?.stop().catch(() => {});
    const worker = this.#worker;
    clearTimeout(this.#stopTimer);
    this.#stopTimer = setTimeout(() => this.#bury(worker, 'the engine was stopped'), STOP_MS);
  }
}
