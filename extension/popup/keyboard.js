// @ts-check
import { useLayoutEffect } from '../vendor/js/preact.mjs';

/** Does the user type into this? @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && target.matches('input:not([type="range"]), textarea, select, [contenteditable]');

/** `/` goes to the field that narrows down what is shown, or to the one for an address. */
export function useShortcuts() {
  useLayoutEffect(() => {
    const pressed = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const field = /** @type {HTMLInputElement | null} */ (document.querySelector('#filter-words, #address'));
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/**
 * Where a key leads to in a grid.
 * @param {string} key
 * @param {number} from place
 * @param {number} count of places
 * @param {number} columns
 * @returns {number | null} null: the key leads nowhere
 */
export function placeAfter(key, from, count, columns) {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (!ARROWS[key]) return null;
  const [x, y] = ARROWS[key];
  const forwards = document.documentElement.dir === 'rtl' ? -x : x;
  const to = from + forwards + y * columns;
  return to >= 0 && to < count ? to : null;
}
