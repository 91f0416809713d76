// @ts-check
import { useLayoutEffect, useRef } from '../vendor/js/preact.mjs';

const GLIDE = { duration: 260, easing: 'cubic-bezier(.2,.7,.2,1)' };

/** Does the user want things to stand still? */
export const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * New items of a list fade in, the others glide to their places instead of jumping (first–last–invert–play).
 * @param {import('../vendor/js/preact.mjs').MutableRef<HTMLElement | null>} list
 * @param {string} items selector
 * @param {string} order changes when items move
 */
export function useSmoothMoves(list, items, order) {
  const places = useRef(/** @type {Map<Element, {x: number, y: number}>} */ (new Map()));
  useLayoutEffect(() => {
    const now = new Map();
    for (const item of list.current?.querySelectorAll(items) ?? []) {
      const { offsetLeft: x, offsetTop: y } = /** @type {HTMLElement} */ (item);
      now.set(item, { x, y });
    }
    // Only after all were measured: an animation that starts makes the next measurement lay the page out again.
    for (const [item, { x, y }] of isCalm() ? [] : now) {
      const before = places.current.get(item);
      // Not a CSS animation: that would start anew whenever an item changes its place among the others.
      if (!before) item.animate([{ opacity: 0, transform: 'scale(0.97)' }, {}], { duration: 260, easing: 'ease-out' });
      else if (before.x !== x || before.y !== y) item.animate([{ transform: `translate(${before.x - x}px, ${before.y - y}px)` }, { transform: 'none' }], GLIDE);
    }
    places.current = now;
  }, [order]);
}
