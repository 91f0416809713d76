// @ts-check
/**
 * A model worker, as the engine's worker knows it. The page that made the engine's worker makes it (engine-worker.js): in
 * Firefox 153 a worker that makes another one while a module loads in it hangs now and then for ever.
 */
import { workersTalkThroughTheirPage } from '../lib/browser.js';

/**
 * To the page: a worker is wanted, that talks through this port; or not wanted any more; or is to be told something.
 * @typedef {{open: string, port: MessagePort | null} | {close: string} | {to: string, message: object}} Order
 */
/** From the page: a worker had an error that it did not catch; or says something. @typedef {{broken: string, message: string} | {from: string, said: object}} Report */
/** @typedef {{receive: (said: any) => void, fail: (message: string) => void}} Listener */

/** Those that are open, by name. @type {Map<string, Listener>} */
const open = new Map();

self.addEventListener('message', (/** @type {MessageEvent<Report | {}>} */ { data }) => {
  if ('broken' in data) open.get(data.broken)?.fail(data.message);
  if ('from' in data) open.get(data.from)?.receive(data.said);
});

/** @param {Order} order @param {Transferable[]} [transfer] */
const tellPage = (order, transfer = []) => self.postMessage(order, { transfer });

export class ModelWorker {
  /** @type {MessagePort | null} */
  #port = null;
  /** Its lifeline's (lib/lifeline.js). */
  name = `model/${crypto.randomUUID()}`;

  /** @param {(said: any) => void} receive @param {(message: string) => void} fail */
  constructor(receive, fail) {
    open.set(this.name, { receive, fail });
    if (workersTalkThroughTheirPage) {
      tellPage({ open: this.name, port: null });
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => receive(data);
    this.#port = port1;
    tellPage({ open: this.name, port: port2 }, [port2]);
  }

  /** @param {object} message @param {Transferable[]} [transfer] */
  post(message, transfer = []) {
    if (this.#port) this.#port.postMessage(message, transfer);
    else tellPage({ to: this.name, message }, transfer);
  }

  terminate() {
    open.delete(this.name);
    this.#port?.close();
    tellPage({ close: this.name });
  }
}
