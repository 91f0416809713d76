// @ts-check
/** A page's handle on the engine: starts the worker when it is first needed, and notices when it dies. */
import * as Comlink from '../vendor/js/comlink.mjs';

/** @typedef {import('../types').Update} Update */
/** @typedef {import('../types').SearchRequest} SearchRequest */

export class EngineClient {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Comlink.Remote<import('../types').Engine> | null} */
  #remote = null;
  /** @type {Set<(message: string) => void>} */
  #onDeath = new Set();

  #connect() {
    if (this.#remote) return this.#remote;
    const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      if (this.#worker !== worker) return;
      this.#worker = this.#remote = null;
      for (const tell of this.#onDeath) tell(event.message || 'the engine stopped');
    };
    this.#worker = worker;
    this.#remote = /** @type {Comlink.Remote<import('../types').Engine>} */ (Comlink.wrap(worker));
    return this.#remote;
  }

  /** Starts Python and the model ahead of a search; its failure will be the search's. */
  warmUp() {
    void this.#connect().boot().catch(() => {});
  }

  /**
   * Runs one search to its end. Never rejects: the last update carries `ended` and, for a failure, `problem`.
   * @param {SearchRequest} request
   * @param {(update: Update) => void} onUpdate
   * @returns {Promise<import('../types').Learned | null>} what it taught about tags
   */
  async search(request, onUpdate) {
    let latest = /** @type {Update} */ ({
      classes: null, pages: [], scored: [], tags: [], problems: [], ended: null, problem: null,
      spent: request.resume?.spent ?? { queries: 0, photos: 0, seconds: 0 }, budget: request.budget,
    });
    let over = false;
    const receive = (/** @type {Update} */ update) => {
      if (over) return;
      latest = update;
      over = update.ended !== null;
      onUpdate(update);
    };
    /** @type {(message: string) => void} */
    let die = () => {};
    /** @type {Promise<never>} */
    const death = new Promise((_resolve, reject) => { die = (message) => reject(new Error(message)); });
    this.#onDeath.add(die);
    try {
      const learned = await Promise.race([this.#connect().search(request, Comlink.proxy(receive)), death]);
      if (!over) throw new Error('the engine did not answer');
      return learned;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      receive({ ...latest, classes: null, pages: [], scored: [], problems: [], ended: 'failed', problem: { code: 'engine_failed', params: { message } } });
      return null;
    } finally {
      this.#onDeath.delete(die);
    }
  }

  /** The running search ends soon and keeps what it found. */
  stop() {
    void this.#remote?.stop().catch(() => {});
  }
}
