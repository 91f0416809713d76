// @ts-check
/**
 * A model worker, as the engine's worker knows it. The page that made the engine's worker makes it (engine-worker.js): in
 * Firefox 153 a worker that makes another one while a module loads in it hangs now and then for ever.
 */

/** To the page: a worker is wanted that talks through this port, or not wanted any more. @typedef {{open: string, port: MessagePort} | {close: string}} Order */
/** From the page: a worker had an error that it did not catch. @typedef {{broken: string, message: string}} Broken */

/** What is to be told of those that are open, by name. @type {Map<string, (message: string) => void>} */
const open = new Map();

self.addEventListener('message', (/** @type {MessageEvent<Broken | {}>} */ { data }) => {
  if ('broken' in data) open.get(data.broken)?.(data.message);
});

export class ModelWorker {
  #port;
  /** Its lifeline's (lib/lifeline.js). */
  name = `model/${crypto.randomUUID()}`;

  /** @param {(data: any) => void} receive @param {(message: string) => void} fail */
  constructor(receive, fail) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => receive(data);
    this.#port = port1;
    open.set(this.name, fail);
    self.postMessage(/** @type {Order} */ ({ open: this.name, port: port2 }), { transfer: [port2] });
  }

  /** @param {unknown} message @param {Transferable[]} [transfer] */
  post(message, transfer = []) {
    this.#port.postMessage(message, transfer);
  }

  terminate() {
    open.delete(this.name);
    this.#port.close();
    self.postMessage(/** @type {Order} */ ({ close: this.name }));
  }
}
