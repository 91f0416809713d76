// @ts-check
import { formatScore, t, tn } from '../lib/i18n.js';
import { ranked } from '../lib/sessions.js';
import { html, useLayoutEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { Tile } from './tile.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Scored} Scored */

/** Flickr allows at most 30 of its photos on one page; a page of others is not longer. */
const PAGE_SIZE = 30;
const SKELETONS = 9;
/** How long the order stands still after the user last moved in the grid. */
const HOLD_MS = 2500;

/**
 * Keeps what the user looks at where it is: while the pointer or the focus moves in the grid, newcomers queue at its end.
 * @param {Scored[]} results best first
 * @param {string[] | null} held the order to keep
 */
function inHeldOrder(results, held) {
  if (!held) return results;
  const place = new Map(held.map((id, i) => [id, i]));
  return [...results].sort((a, b) => (place.get(a.photo.id) ?? Infinity) - (place.get(b.photo.id) ?? Infinity) || b.score - a.score);
}

/** @param {{store: import('./store.js').Store, session: Session | null, running: boolean}} props */
export function Grid({ store, session, running }) {
  const [page, setPage] = useState(0);
  const [held, setHeld] = useState(/** @type {string[] | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const rest = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));

  const best = ranked(session?.scored ?? [], session?.order);
  const results = inHeldOrder(best, running ? held : null);
  const pages = Math.max(1, Math.ceil(results.length / PAGE_SIZE));
  const current = Math.min(page, pages - 1);
  const shown = results.slice(current * PAGE_SIZE, (current + 1) * PAGE_SIZE);
  useSmoothMoves(list, shown.map(({ photo }) => photo.id).join(' '));

  if (!results.length && !running) return html`<${Nothing} session=${session} />`;
  const release = () => setHeld(null);
  const hold = () => {
    clearTimeout(rest.current);
    rest.current = setTimeout(release, HOLD_MS);
    setHeld((now) => now ?? results.map(({ photo }) => photo.id));
  };
  const turn = (/** @type {number} */ to) => {
    setPage(to);
    list.current?.closest('.results')?.scrollTo({ top: 0 });
    list.current?.scrollIntoView({ block: 'nearest' });
  };
  return html`
    <ol class="grid" id="results" ref=${list} onPointerMove=${hold} onPointerLeave=${release} onfocusin=${hold}>
      ${shown.map((one) => html`<${Tile} key=${one.photo.id} store=${store} scored=${one} top=${best[0].score} />`)}
      ${running && Array.from({ length: Math.max(0, SKELETONS - results.length) }, (_, i) => html`<li class="tile skeleton" key=${`skeleton-${i}`} aria-hidden="true"><div class="shot"></div><div class="line"></div><div class="line short"></div></li>`)}
    </ol>
    ${pages > 1 && html`
      <nav class="pager" aria-label=${t('pager_label')}>
        <button class="button" id="previous" disabled=${current === 0} onClick=${() => turn(current - 1)}>${icons.back} ${t('pager_previous')}</button>
        <span>${t('pager_position', { page: current + 1, pages })}</span>
        <button class="button" id="next" disabled=${current === pages - 1} onClick=${() => turn(current + 1)}>${t('pager_next')} ${icons.onward}</button>
      </nav>`}
    ${results.length > 0 && !running && html`<p class="summary">${tn('summary', results.length, { score: formatScore(best[0].score) })}</p>`}`;
}

/** @param {{session: Session | null}} props */
function Nothing({ session }) {
  if (session?.problem) return null; // the notice above says it
  return html`<div class="nothing">${icons.none}<p>${t('nothing_yet')}</p></div>`;
}

const GLIDE = { duration: 260, easing: 'cubic-bezier(.2,.7,.2,1)' };

/**
 * New tiles fade in, the others glide to their places instead of jumping (first–last–invert–play).
 * @param {import('../vendor/js/preact.mjs').MutableRef<HTMLElement | null>} list
 * @param {string} order changes when tiles move
 */
function useSmoothMoves(list, order) {
  const places = useRef(/** @type {Map<Element, {x: number, y: number}>} */ (new Map()));
  useLayoutEffect(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const now = new Map();
    for (const tile of list.current?.querySelectorAll('.tile[data-photo]') ?? []) {
      const { offsetLeft: x, offsetTop: y } = /** @type {HTMLElement} */ (tile);
      now.set(tile, { x, y });
    }
    // Only after all were measured: an animation that starts makes the next measurement lay the page out again.
    for (const [tile, { x, y }] of calm ? [] : now) {
      const before = places.current.get(tile);
      // Not a CSS animation: that would start anew whenever a tile changes its place among the others.
      if (!before) tile.animate([{ opacity: 0, transform: 'scale(0.97)' }, {}], { duration: 260, easing: 'ease-out' });
      else if (before.x !== x || before.y !== y) tile.animate([{ transform: `translate(${before.x - x}px, ${before.y - y}px)` }, { transform: 'none' }], GLIDE);
    }
    places.current = now;
  }, [order]);
}
