// @ts-check
/**
 * Changes of the page that come together, at most four times a second. After any change of its elements a browser measures a popup anew:
 * pictures that each came when they liked made Firefox look at styles and layout a hundred times a second.
 */

const INTERVAL_MS = 250; // the grid comes to rest between two beats, and scoring gets the processor

export class Beat {
  #last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Set<() => void>} */
  #changes = new Set();

  /** @param {() => void} change is made with the next beat, which is now if the last was long ago */
  add(change) {
    this.#changes.add(change);
    this.#timer ??= setTimeout(() => this.now(), Math.max(0, this.#last + INTERVAL_MS - performance.now()));
  }

  /** Makes all changes that wait, and this one. @param {() => void} [change] */
  now(change) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    if (change) this.#changes.add(change);
    const changes = [...this.#changes];
    this.#changes.clear();
    for (const make of changes) make();
  }
}
