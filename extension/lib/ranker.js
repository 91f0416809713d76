// @ts-check
/** Ranks the photos of the last search by any score, in the closed room; asks no service for anything. */
import { Room } from '../engine/room.js';
import { isPrivateWindow } from './browser.js';
import { getLooks, sessionIds } from './sessions.js';
import { otherRecord, markedRecords } from './taste.js';

/** @typedef {import('../types').Photo} Photo */
/** @typedef {{photo: Photo, score: number}} Ranked */

export class Ranker {
  #room = new Room();
  /** @type {import('../types').Looks | null} */
  #looks = null;
  #inside = '';
  #turn = 0;

  /** Finds the last search with photos to rank. @returns {Promise<number>} how many */
  async open() {
    for (const id of await sessionIds(await isPrivateWindow())) {
      const looks = await getLooks(id);
      if (!looks.photos.length || !looks.source) continue;
      this.#looks = looks;
      this.#room.warmUp();
      return looks.photos.length;
    }
    return 0;
  }

  /** Names that a score may ask for as a class. @returns {string[]} */
  get classes() {
    return this.#looks ? JSON.parse(this.#looks.model).classes : [];
  }

  /**
   * @param {string} name
   * @param {string} code
   * @param {string} className
   * @returns {Promise<{ranked: Ranked[], needs: string[], ms: number} | null>} best first; null: a later call came between
   * @throws {import('../engine/room.js').RoomError}
   */
  async rank(name, code, className) {
    if (!this.#looks) return null;
    const turn = ++this.#turn;
    const { photos } = this.#looks;
    await this.#furnish(className);
    if (turn !== this.#turn) return null;
    const begin = performance.now();
    const { scores, order, needs } = await this.#room.ask({ call: 'rank', name, text: code });
    if (turn !== this.#turn) return null;
    const ranked = order.map((/** @type {number} */ place) => ({ photo: photos[place], score: scores[place] }));
    return { ranked, needs, ms: performance.now() - begin };
  }

  /** Puts into the room what is not there yet. @param {string} className */
  async #furnish(className) {
    const { model, photos, records, source } = /** @type {import('../types').Looks} */ (this.#looks);
    const { name } = JSON.parse(model);
    const [marks, other] = await Promise.all([markedRecords(), otherRecord(name)]);
    const { marked, liked } = marks.model === name ? marks : { marked: null, liked: [] };
    const inside = () => JSON.stringify([this.#room.generation, className, liked, marked?.length, other?.slice(0, 400)]);
    if (this.#inside === inside()) return;
    const files = { source: source ?? new Uint8Array(), marked: marked ?? new Uint8Array(), other: other ?? new Uint8Array() };
    await this.#room.ask({ call: 'furnish', model, class_name: className, liked }, files);
    await this.#room.ask({ call: 'hold', photos }, { held: records });
    this.#inside = inside();
  }

  close() {
    this.#room.close();
  }
}
