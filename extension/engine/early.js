// @ts-check
/** A search that is begun before the page is there that shows it. What it finds waits for that page, but not for long. */

/** @typedef {import('../types').Update} Update */
/** @typedef {import('../types').Learned} Learned */
/** @typedef {import('./search.js').Visitor} Visitor */

const PATIENCE_MS = 10_000;

export class EarlySearch {
  /** @type {Update[]} */
  #told = [];
  /** @type {((update: Update) => unknown) | null} */
  #tell = null;
  /** @type {() => void} */
  #leave = () => {};
  /** @type {() => void} */
  #open = () => {};
  #end;
  #patience;
  abandoned = false;

  /**
   * @param {string} id of the session
   * @param {(visitor: Visitor, onUpdate: (update: Update) => unknown) => Promise<Learned | null>} run
   * @param {(visitor: Visitor) => void} end
   */
  constructor(id, run, end) {
    this.id = id;
    /** Stands for the page. @type {Visitor} */
    this.visitor = {
      here: true, wantsEnd: false,
      gone: new Promise((resolve) => { this.#leave = resolve; }), opened: new Promise((resolve) => { this.#open = resolve; }),
    };
    this.#end = end;
    this.#patience = setTimeout(() => this.abandon(), PATIENCE_MS);
    this.learned = run(this.visitor, (update) => (this.#tell ? this.#tell(update) : this.#told.push(update)));
  }

  /** The page is there. @param {Visitor} page @param {(update: Update) => unknown} onUpdate */
  async adopt(page, onUpdate) {
    clearTimeout(this.#patience);
    this.#tell = onUpdate;
    const delivered = Promise.all(this.#told.splice(0).map((update) => onUpdate(update)));
    this.#open();
    void page.gone.then(this.#leave);
    // Updates travel by another channel than the end of this call, which may be over already.
    await Promise.race([delivered, page.gone]).catch(() => {});
    return this.learned;
  }

  /** Nobody wants it. */
  abandon() {
    this.abandoned = true;
    clearTimeout(this.#patience);
    this.#leave();
    this.#end(this.visitor);
    this.#open();
  }
}
