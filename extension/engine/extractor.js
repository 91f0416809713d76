// @ts-check
/** A pool of model workers. Pictures queue for the next idle one; a worker that fails is replaced once. */

import { whenGone } from '../lib/lifeline.js';
import { ModelWorker } from './model-worker-handle.js';

/** @typedef {import('../types').Features} Features */
/** @typedef {import('../types').Network} Network */
/** @typedef {'wasm' | 'webgpu'} Accelerator */
/** @typedef {(pixels: Uint8Array) => void} Fill   writes a picture into an array: RGB, side * side * 3 */
/** @typedef {{id: number, fill: Fill, attempts: number, resolve: (f: Features) => void, reject: (e: Error) => void}} Job */
/**
 * The array goes to and fro between the worker and us: new ones would be the most that a search leaves to be collected.
 * @typedef {{worker: ModelWorker, ready: boolean, job: Job | null, replaced: boolean, pixels: Uint8Array<ArrayBuffer>}} Slot
 */

const MAX_ATTEMPTS = 2;
/** Pictures that the first worker looks at alone: a second one's start would take the processor from the first photos. */
const ALONE = 12;

/** A worker for every core but one, which is Python's and the page's; two at least, for they leave theirs idle half the time. */
const poolSize = () => Math.min(4, Math.max(2, (navigator.hardwareConcurrency ?? 2) - 1));

/**
 * What the tensors of a network look like.
 * @param {Network} network
 * @returns {Promise<{inputs: import('../types').TensorFacts[], outputs: import('../types').TensorFacts[]}>}
 * @throws {Error} it cannot be loaded
 */
export async function inspect(network) {
  /** @type {ModelWorker | null} */
  let worker = null;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ message) => reject(new Error(message));
      worker = new ModelWorker((data) => (data.ready ? resolve(data) : fail(data.error)), fail);
      worker.post({ network, beside: null, accelerator: 'wasm', program: null });
    });
  } finally {
    /** @type {ModelWorker | null} */ (worker)?.terminate();
  }
}

export class Extractor {
  #networks;
  #size;
  /** @type {Slot[]} */
  #slots = [];
  /** @type {Job[]} */
  #queue = [];
  #nextId = 0;
  #failure = '';
  #looked = 0;
  /** What the workers run on the processor, compiled once for all. @type {WebAssembly.Module | null} */
  #program = null;
  /** Where the next worker's network will run. @type {Accelerator} */
  #next = 'wasm';

  /**
   * @param {Network} network
   * @param {Network | null} beside gives the logits where the first has none
   * @param {{size?: number, accelerator?: Accelerator}} [options] size: workers at most; one is opened at once, another after a
   *   while, whenever pictures wait for those that are there. accelerator: of the first worker
   */
  constructor(network, beside, { size = poolSize(), accelerator = 'wasm' } = {}) {
    this.#networks = { network, beside };
    this.#size = size;
    this.#slots.push(this.#open(false, accelerator));
  }

  /** The next worker that is opened runs the network on the graphics card. */
  useCard() {
    this.#next = 'webgpu';
  }

  /** Have all workers failed? Then every extraction will. */
  get dead() {
    return this.#slots.length === 0;
  }

  /** Ends the workers; what waits fails. */
  close() {
    this.#failure = 'another network was chosen';
    for (const { worker } of this.#slots) worker.terminate();
    for (const { job } of this.#slots) if (job) this.#queue.push(job);
    this.#slots = [];
    this.#dispatch();
  }

  /**
   * @param {Fill} fill called when a worker is free for the picture; again if that worker fails
   * @returns {Promise<Features>} embedding [D] and logits [1000], float32
   * @throws {Error} `name` "ModelError": no worker can run the model
   */
  extract(fill) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ id: this.#nextId++, fill, attempts: 0, resolve, reject });
      this.#dispatch();
    });
  }

  /** @param {boolean} replaced does it stand for one that failed? @param {Accelerator} accelerator @returns {Slot} */
  #open(replaced, accelerator) {
    const worker = new ModelWorker((data) => this.#receive(slot, data), (message) => this.#fail(slot, message));
    worker.post({ ...this.#networks, accelerator, program: this.#program });
    // A card that failed would fail again.
    const pixels = new Uint8Array(3 * this.#networks.network.wiring.side ** 2);
    /** @type {Slot} */
    const slot = { worker, ready: false, job: null, replaced: replaced || accelerator === 'webgpu', pixels };
    return slot;
  }

  /** @param {Slot} slot @param {any} data */
  #receive(slot, data) {
    if (data.error !== undefined) {
      this.#fail(slot, data.error);
      return;
    }
    if (data.ready) {
      slot.ready = true;
      this.#program ??= data.program;
      void whenGone(slot.worker.name).then(() => this.#fail(slot, 'the model worker stopped'));
    } else if (slot.job?.id === data.id) {
      this.#looked++;
      slot.job?.resolve({ embedding: data.embedding, logits: data.logits });
      slot.job = null;
      slot.pixels = data.pixels;
    }
    this.#dispatch();
  }

  /** @param {Slot} slot @param {string} message */
  #fail(slot, message) {
    const index = this.#slots.indexOf(slot);
    if (index < 0) return; // already given up
    slot.worker.terminate();
    this.#failure = message;
    if (slot.job) this.#queue.unshift(slot.job);
    if (slot.replaced) this.#slots.splice(index, 1);
    else this.#slots[index] = this.#open(true, 'wasm');
    this.#dispatch();
  }

  /** One at a time: all of them at once would only take the processor from each other. */
  #grow() {
    if (this.#looked < ALONE || this.#slots.length >= this.#size || !this.#slots.every(({ ready }) => ready)) return;
    this.#slots.push(this.#open(false, this.#next));
    this.#next = 'wasm';
  }

  #dispatch() {
    while (this.#queue.length) {
      const job = this.#queue[0];
      if (this.dead || job.attempts >= MAX_ATTEMPTS) {
        this.#queue.shift();
        job.reject(Object.assign(new Error(this.#failure), { name: 'ModelError' }));
        continue;
      }
      const slot = this.#slots.find(({ ready, job: busy }) => ready && !busy);
      if (!slot) {
        this.#grow();
        return;
      }
      this.#queue.shift();
      job.attempts++;
      try {
        job.fill(slot.pixels);
      } catch (error) { // the worker stays free
        job.reject(/** @type {Error} */ (error));
        continue;
      }
      slot.job = job;
      slot.worker.post({ id: job.id, pixels: slot.pixels }, [slot.pixels.buffer]);
    }
  }
}
