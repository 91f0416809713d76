// @ts-check
import { formatScore, t, tn } from '../lib/i18n.js';
import { html, useRef, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { placeAfter } from './keyboard.js';
import { useSmoothMoves } from './moves.js';
import { Tile } from './tile.js';

/** @typedef {import('../types').Scored} Scored */

/** Flickr allows at most 30 of its photos on one page; a page of others is not longer. */
const PAGE_SIZE = 30;
const SKELETONS = 9;
/** How long the whole order stands still after the user last moved in the grid. */
const HOLD_MS = 2500;

/** @typedef {{id: string, place: number}} Pin  a photo, and its place among all of them */

/**
 * Keeps what the user looks at where it is: while the pointer or the focus moves in the grid, newcomers queue at its end;
 * when they rest on a photo, that one keeps its place and the others move around it.
 * @param {Scored[]} results best first
 * @param {string[] | null} held the order to keep
 * @param {Pin[]} pins
 */
function inHeldOrder(results, held, pins) {
  const place = new Map(held?.map((id, i) => [id, i]));
  const kept = held ? [...results].sort((a, b) => (place.get(a.photo.id) ?? Infinity) - (place.get(b.photo.id) ?? Infinity) || b.score - a.score) : results;
  const order = kept.filter(({ photo }) => !pins.some(({ id }) => id === photo.id));
  for (const pin of [...pins].sort((a, b) => a.place - b.place)) {
    const one = kept.find(({ photo }) => photo.id === pin.id);
    if (one && !order.includes(one)) order.splice(pin.place, 0, one);
  }
  return order;
}

/**
 * @param {{
 *   store: import('./store.js').Store, results: Scored[], top: number, running: boolean, open: (photo: string) => void,
 * }} props   results: best first; top: the best score of all; open: shows a photo large
 */
export function Grid({ store, results: best, top, running, open }) {
  const [page, setPage] = useState(0);
  const [held, setHeld] = useState(/** @type {string[] | null} */ (null));
  const [under, setUnder] = useState(/** @type {Pin | null} */ (null)); // the photo under the pointer
  const [focused, setFocused] = useState(/** @type {Pin | null} */ (null));
  const [current, setCurrent] = useState(''); // the photo that the Tab key leads to
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const rest = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));

  const results = inHeldOrder(best, running ? held : null, [under, focused].filter((pin) => pin !== null));
  const pages = Math.max(1, Math.ceil(results.length / PAGE_SIZE));
  const shownPage = Math.min(page, pages - 1);
  const shown = results.slice(shownPage * PAGE_SIZE, (shownPage + 1) * PAGE_SIZE);
  const ids = shown.map(({ photo }) => photo.id);
  useSmoothMoves(list, '.tile[data-photo]', ids.join(' '));

  const release = () => setHeld(null);
  /** @param {Event} event @returns {(before: Pin | null) => Pin | null} */
  const pinAt = ({ target }) => {
    const id = /** @type {HTMLElement} */ (target).closest('[data-photo]')?.getAttribute('data-photo') ?? '';
    const place = results.findIndex(({ photo }) => photo.id === id);
    return (before) => (before?.id === id ? before : place < 0 ? null : { id, place });
  };
  const hold = () => {
    clearTimeout(rest.current);
    rest.current = setTimeout(release, HOLD_MS);
    setHeld((now) => now ?? results.map(({ photo }) => photo.id));
  };
  const turn = (/** @type {number} */ to) => {
    if (to < 0 || to >= pages) return;
    setPage(to);
    list.current?.closest('.results')?.scrollTo({ top: 0 });
    list.current?.scrollIntoView({ block: 'nearest' });
  };
  const tabbed = ids.includes(current) ? current : ids[0];
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const grid = /** @type {HTMLElement} */ (list.current);
    const from = ids.indexOf(/** @type {HTMLElement} */ (event.target).closest('[data-photo]')?.getAttribute('data-photo') ?? '');
    if (from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
    const to = placeAfter(event.key, from, ids.length, columns);
    if (to === null) return;
    event.preventDefault();
    const { children } = grid;
    /** @type {HTMLElement | null} */ (children[to].querySelector('.open'))?.focus();
  };
  const focusedIn = (/** @type {FocusEvent} */ event) => {
    hold();
    setFocused(pinAt(event));
    setCurrent(/** @type {HTMLElement} */ (event.target).closest('[data-photo]')?.getAttribute('data-photo') ?? '');
  };
  return html`
    <ol class="grid" id="results" ref=${list} aria-busy=${running} 
      onPointerMove=${(/** @type {Event} */ event) => { hold(); setUnder(pinAt(event)); }}
      onPointerOver=${(/** @type {Event} */ event) => { if (under) setUnder(pinAt(event)); /* the wheel moved the photos */ }}
      onPointerLeave=${() => { release(); setUnder(null); }} onfocusin=${focusedIn} onfocusout=${() => setFocused(null)} onKeyDown=${pressed}>
      ${shown.map((one) => html`<${Tile} key=${one.photo.id} store=${store} scored=${one} top=${top} tabbed=${one.photo.id === tabbed} open=${open} />`)}
      ${running && Array.from({ length: Math.max(0, SKELETONS - results.length) }, (_, i) => html`<li class="tile skeleton" key=${`skeleton-${i}`} aria-hidden="true"><div class="shot"></div><div class="line"></div><div class="line short"></div></li>`)}
    </ol>
    ${pages > 1 && html`
      <nav class="pager" aria-label=${t('pager_label')}>
        <button class="button" id="previous" aria-disabled=${shownPage === 0} onClick=${() => turn(shownPage - 1)}>${icons.back} ${t('pager_previous')}</button>
        <span>${t('pager_position', { page: shownPage + 1, pages })}</span>
        <button class="button" id="next" aria-disabled=${shownPage === pages - 1} onClick=${() => turn(shownPage + 1)}>${t('pager_next')} ${icons.onward}</button>
      </nav>`}
    ${results.length > 0 && !running && html`<p class="summary">${tn('summary', results.length, { score: formatScore(best[0].score) })}</p>`}`;
}
