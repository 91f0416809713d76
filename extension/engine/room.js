// @ts-check
/**
 * The page's side of the closed room, where a user's own score runs (sandbox.html). A question that is not answered in time
 * ends the room; the next one finds a new room, which is made ready at once.
 */

/** @typedef {import('../types').Problem} Problem */

const LIMIT_MS = 1500; // of a question; the room is ready before it is asked
const START_MS = 60_000;
const ROOM = new URL('sandbox.html', import.meta.url).href;
const root = new URL('../', import.meta.url);
const vendor = new URL('vendor/', root);
const PROGRAMS = ['vendor/pyodide/pyodide.asm.js', 'vendor/pyodide/pyodide.js', 'engine/room-worker.js']; // one after the other
const FILES = ['pyodide/pyodide.asm.wasm', 'pyodide/pyodide-lock.json', 'python/stdlib.zip', 'python/packages.zip'];

/** @param {URL} url */
async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return answer;
}

/** A question that was not answered; `problem` is what to tell the user. */
export class RoomError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

const stopped = (/** @type {unknown} */ why) => new RoomError({ code: 'score_stopped', params: { message: String(why instanceof Error ? why.message : why) } });

export class Room {
  /** @type {HTMLIFrameElement | null} */
  #frame = null;
  /** @type {Promise<MessagePort> | null} */
  #ready = null;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** Counts the rooms there were: what was put into one is not in the next. */
  generation = 0;

  /** Makes the room ready ahead of the first question. */
  warmUp() {
    void this.#open().catch(() => {});
  }

  /**
   * Asks the room. Questions wait for each other.
   * @param {object} question  {call, …arguments} of py/clear_core/scores/room.py
   * @param {Record<string, Uint8Array>} [files] to put there first; copied
   * @returns {Promise<any>}
   * @throws {RoomError}
   */
  ask(question, files = {}) {
    const answer = this.#last.then(async () => {
      const port = await this.#open().catch((error) => { throw stopped(error); });
      const { answer, failed } = await this.#reply(port, { question: JSON.stringify(question), files }, LIMIT_MS).catch((error) => {
        this.#renew();
        throw error;
      });
      if (failed !== undefined) {
        this.#renew();
        throw stopped(failed);
      }
      const found = JSON.parse(answer);
      if (found.error) throw new RoomError(found.error);
      return found;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Ends the room and gives its memory back. */
  close() {
    this.#frame?.remove();
    this.#frame = this.#ready = null;
  }

  /** The next start ends the worker that is there. */
  #renew() {
    this.#ready = null;
    if (this.#frame) this.warmUp();
  }

  /** @returns {Promise<MessagePort>} */
  #open() {
    this.#ready ??= this.#start().catch((error) => {
      this.close();
      throw error;
    });
    return this.#ready;
  }

  async #start() {
    this.generation++;
    /** @type {{libraries: string[]}} */
    const { libraries } = await (await load(new URL('python/snapshot.json', vendor))).json();
    const names = [...FILES, ...libraries.map((name) => `python/libraries/${name}`)];
    const [frame, programs, ...contents] = await Promise.all([
      this.#frame ?? this.#build(),
      Promise.all(PROGRAMS.map(async (name) => `${await (await load(new URL(name, root))).text()}\n`)),
      ...names.map(async (name) => (await load(new URL(name, vendor))).arrayBuffer()),
    ]);
    const files = Object.fromEntries(names.map((name, i) => [name.slice(name.indexOf('/') + 1), contents[i]]));
    const { port1: port, port2 } = new MessageChannel();
    port.start();
    // An opaque origin has no name to send to; the window is the one that was made here.
    /** @type {Window} */ (frame.contentWindow).postMessage({ programs, files }, '*', [port2, ...contents]);
    const { failed } = await this.#reply(port, null, START_MS);
    if (failed) throw new Error(failed);
    return port;
  }

  /** @returns {Promise<HTMLIFrameElement>} */
  #build() {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.title = 'Python';
    frame.hidden = true;
    frame.src = ROOM;
    this.#frame = frame;
    return new Promise((resolve) => {
      frame.onload = () => resolve(frame);
      document.documentElement.append(frame);
    });
  }

  /** @param {MessagePort} port @param {any} message @param {number} limit @returns {Promise<any>} */
  #reply(port, message, limit) {
    return new Promise((resolve, reject) => {
      const fail = (/** @type {Error} */ error) => {
        end();
        reject(error);
      };
      const late = setTimeout(() => fail(new RoomError({ code: 'score_timeout', params: { seconds: limit / 1000 } })), limit);
      const died = (/** @type {MessageEvent} */ event) => {
        if (event.source === this.#frame?.contentWindow && event.data?.stopped !== undefined) fail(stopped(event.data.stopped));
      };
      const end = () => {
        clearTimeout(late);
        removeEventListener('message', died);
        port.onmessage = null;
      };
      addEventListener('message', died);
      port.onmessage = ({ data }) => { end(); resolve(data); };
      if (message) port.postMessage(message);
    });
  }
}
