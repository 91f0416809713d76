// @ts-check
import { useLayoutEffect } from '../vendor/js/preact.mjs';

const FOCUSABLE = ':is(button, input, select, summary, a[href]):not(:disabled, [hidden], [tabindex="-1"])';

/**
 * Where the focus is: in what, from the inside to the outside, and at which place among what can have it there.
 * @returns {{within: Element, place: number}[]} nothing: nowhere
 */
function position() {
  const focused = document.activeElement;
  const around = [];
  for (let within = focused?.parentElement; within; within = within.parentElement) {
    around.push({ within, place: [...within.querySelectorAll(FOCUSABLE)].indexOf(/** @type {Element} */ (focused)) });
  }
  return around;
}

/**
 * When what had the focus is gone after a change of the page, it goes to what stands in its place now: to the next photo,
 * the next row, the next button. Or else the keyboard would have to begin at the top of the page again.
 */
export function useFocusKept() {
  const before = document.activeElement === document.body ? [] : position();
  useLayoutEffect(() => {
    if (!before.length || document.activeElement !== document.body) return;
    for (const { within, place } of before) {
      const there = within.isConnected ? /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(FOCUSABLE)) : [];
      if (there.length) return there[Math.min(Math.max(0, place), there.length - 1)].focus();
    }
  });
}

/** To an element that is there after the next change of the page. @param {string} selector */
export const focusSoon = (selector) => {
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus());
};
