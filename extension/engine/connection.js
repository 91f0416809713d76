// @ts-check
/**
 * A page's way to an engine: the warm one that the browser keeps (host.js), if no other page has borrowed it, or else one of
 * the page's own. Which one it becomes takes a moment; what is sent to the port waits so long.
 */
import { openEngineHost } from '../lib/browser.js';
import { whenGone } from '../lib/lifeline.js';
import { EngineWorker } from './engine-worker.js';
import { LEASE, channel } from './warm.js';

/** Borrows the warm engine. @returns {Promise<(() => void) | null>} gives it back; null: it is not to be had */
async function borrow() {
  if (!await openEngineHost()) return null;
  return new Promise((resolve) => {
    void navigator.locks.request(LEASE, { ifAvailable: true }, (lock) => {
      if (lock) return new Promise((giveBack) => resolve(() => giveBack(undefined)));
      resolve(null);
    });
  });
}

export class Connection {
  #onDeath;
  #closed = false;
  /** @type {(() => void) | null} */
  #giveBack = null;
  /** @type {EngineWorker | null} */
  #own = null;
  /** Of the engine, once it has told. @type {string | null} */
  name = null;

  /** @param {(message: string) => void} onDeath the engine stopped; for a crash see lib/lifeline.js */
  constructor(onDeath) {
    this.#onDeath = onDeath;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    void this.#open(port2);
  }

  /** @param {MessagePort} port the engine's end */
  async #open(port) {
    const giveBack = await borrow().catch(() => null);
    if (this.#closed) {
      giveBack?.();
    } else if (giveBack) {
      this.#giveBack = giveBack;
      channel.addEventListener('message', this.#listen);
      new SharedWorker(new URL('exchange.js', import.meta.url)).port.postMessage('page', [port]);
    } else {
      this.#own = new EngineWorker(this.#onDeath);
      this.#own.serve(port, null);
    }
  }

  #listen = (/** @type {MessageEvent<import('./warm.js').Word>} */ { data }) => {
    if ('lent' in data) this.name = data.lent;
    // News of the last one's death may come when the next is there already.
    if (!('died' in data) || data.died !== this.name) return;
    this.#leave(); // or else it would be ended once more, and perhaps the next one
    this.#onDeath(data.message);
  };

  /** Ends the engine, hung as it may be. */
  terminate() {
    this.#own?.terminate();
    const giveBack = this.#giveBack;
    if (giveBack) {
      channel.postMessage({ end: this.name });
      // Not before it is gone, or else the next page might get it.
      this.#giveBack = null;
      void (this.name ? whenGone(this.name) : Promise.resolve()).then(giveBack);
    }
    this.#leave();
  }

  /** After a search: others may borrow what was borrowed. @returns {boolean} was it? One's own is kept. */
  giveBack() {
    if (!this.#giveBack) return false;
    this.#leave();
    return true;
  }

  #leave() {
    this.#closed = true;
    channel.removeEventListener('message', this.#listen);
    this.#giveBack?.();
    this.#giveBack = null;
    this.port.close();
  }
}
