// @ts-check
/** What the result page shows, and when it is painted. */
import { Beat } from './beat.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Problem} Problem */

/**
 * @typedef {object} View
 * @property {'opening' | 'start' | 'capturing' | 'search' | 'history'} page
 * @property {'idle' | 'starting' | 'running' | 'stopping' | 'elsewhere'} engine   starting: until the first update;
 *   elsewhere: another page runs the search
 * @property {boolean} booted           are Python and the network there, so that it looks at the picture now?
 * @property {Session | null} session
 * @property {Problem | null} problem   why there is no picture to search with
 * @property {string} address           of a picture that the user may want
 * @property {import('../types').Service} service   that was searched, or will be
 * @property {boolean} access           may the extension talk to it?
 * @property {boolean} popup
 * @property {boolean} isPrivate        leaves nothing behind
 * @property {boolean} tabs             may it lead to a tab? From a private popup of Chrome that would be one of an ordinary window
 * @property {{id: string, picture: Blob}[]} recent
 * @property {(import('../types').Remembered & {running: boolean})[]} history
 * @property {number | null} days       within which photos of a search shall have been uploaded; null: whenever
 * @property {string[]} excluded        tags that the user never wants
 * @property {string | null} refused    the one that was excluded a moment ago
 */

/** @type {Omit<View, 'popup'>} */
export const EMPTY = Object.freeze({
  page: 'opening', engine: 'idle', booted: false, session: null, problem: null, address: '', service: 'flickr_feed', access: true, isPrivate: false,
  tabs: true, recent: [], history: [], days: null, excluded: [], refused: null,
});

/** How many photos there are to see. @param {View | null} view */
const photosOf = (view) => view?.session?.scored.length ?? 0;

/** A view that changes at will and is painted with the next beat; but the first photo at once. */
export class Painted {
  #beat = new Beat();
  #paint;
  /** @type {View | null} */
  #painted = null;

  /** @param {View} view @param {(view: View) => void} paint */
  constructor(view, paint) {
    this.view = view;
    this.#paint = paint;
  }

  /** @param {Partial<View>} changes */
  set(changes) {
    this.view = { ...this.view, ...changes };
    if (this.view.page === 'opening') return; // the first paint shall not be of nothing, with the next one late
    if (photosOf(this.view) && !photosOf(this.#painted)) this.#beat.now(this.#paintNow);
    else this.#beat.add(this.#paintNow);
  }

  #paintNow = () => {
    this.#painted = this.view;
    this.#paint(this.view);
  };
}
