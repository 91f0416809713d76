// @ts-check
/** The engine's worker, and the model workers that it asks for (model-worker-handle.js), as the page has them that makes them. */

/** @typedef {import('./model-worker-handle.js').Order} Order */
/** @typedef {import('./model-worker-handle.js').Report} Report */

/** The buffers of the arrays in a message, which need not be copied on their way. @param {object} message */
const buffersIn = (message) => Object.values(message).filter(ArrayBuffer.isView).map(({ buffer }) => buffer);

/** The model workers of one engine. */
export class ModelWorkers {
  #report;
  /** @type {Map<string, Worker>} */
  #workers = new Map();

  /** @param {(report: Report, transfer: Transferable[]) => void} report tells the engine */
  constructor(report) {
    this.#report = report;
  }

  /** @param {Order} order */
  take(order) {
    if ('to' in order) this.#workers.get(order.to)?.postMessage(order.message, buffersIn(order.message));
    else if ('open' in order) this.#open(order.open, order.port);
    else this.#close(order.close);
  }

  /** @param {string} name @param {MessagePort | null} port */
  #open(name, port) {
    const worker = new Worker(new URL('model-worker.js', import.meta.url), { name });
    worker.onerror = (event) => {
      event.preventDefault();
      this.#report({ broken: name, message: event.message || 'the model worker stopped' }, []);
    };
    if (port) worker.postMessage(port, [port]);
    else worker.onmessage = ({ data }) => this.#report({ from: name, said: data }, buffersIn(data));
    this.#workers.set(name, worker);
  }

  /** @param {string} name */
  #close(name) {
    this.#workers.get(name)?.terminate();
    this.#workers.delete(name);
  }

  terminate() {
    for (const name of this.#workers.keys()) this.#close(name);
  }
}

export class EngineWorker {
  #worker;
  #models;

  /**
   * @param {(message: string) => void} onError
   * @param {string} [name] its lifeline's (lib/lifeline.js)
   * @param {string} [file] beside this one
   */
  constructor(onError, name = `engine/${crypto.randomUUID()}`, file = 'worker.js') {
    const worker = new Worker(new URL(file, import.meta.url), { type: 'module', name });
    const models = new ModelWorkers((report, transfer) => worker.postMessage(report, transfer));
    worker.onerror = (event) => {
      event.preventDefault();
      onError(event.message?.replace(/^Uncaught (Error: )?/, '') || 'the engine stopped');
    };
    worker.onmessage = (/** @type {MessageEvent<Order>} */ { data }) => models.take(data);
    this.#worker = worker;
    this.#models = models;
  }

  /** A page comes. @param {MessagePort} port @param {string | null} lease the lock that it holds while it has borrowed the engine; null: it is its own */
  serve(port, lease) {
    this.#worker.postMessage({ port, lease }, [port]);
  }

  terminate() {
    this.#worker.terminate();
    this.#models.terminate();
  }
}
