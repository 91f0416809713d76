// @ts-check
/**
 * Why is this photo here? Lines lead from the photo that is pointed at (or has the focus) to the tags that found it, and
 * from a tag to the photos that it found. For the eye only: the same is written in every tile.
 */
import { html, useLayoutEffect, useState } from '../vendor/js/preact.mjs';
import { usePointed } from './pointed.js';

/** What an element shows of itself within what scrolls it; null: nothing. @param {Element} element */
function visible(element) {
  const box = element.getBoundingClientRect();
  const frame = element.closest('.results, .panel')?.getBoundingClientRect() ?? box;
  const [top, bottom] = [Math.max(box.top, frame.top, 0), Math.min(box.bottom, frame.bottom, innerHeight)];
  return bottom - top > 8 ? { left: box.left, right: box.right, middle: (top + bottom) / 2 } : null;
}

/** A line from a tag to a photo, whichever of them stands left. @param {Element} tag @param {Element} photo */
function line(tag, photo) {
  const [from, to] = [visible(tag), visible(photo)];
  if (!from || !to) return [];
  const [x1, x2] = from.right < to.left ? [from.right, to.left] : [from.left, to.right];
  const bend = (x1 + x2) / 2;
  return [`M${x1} ${from.middle}C${bend} ${from.middle} ${bend} ${to.middle} ${x2} ${to.middle}`];
}

/** The tags that found a photo; what is not in the list of tags is told below it. @param {Element} photo */
function tagsOf(photo) {
  const keys = (photo.getAttribute('data-tags') ?? '').split(' ');
  const listed = keys.flatMap((key) => document.querySelector(`#tags [data-tag="${CSS.escape(key)}"]`) ?? []);
  const below = document.querySelector('#why');
  return listed.length || !below ? listed : [below];
}

/** @param {string} tag */
const photosOf = (tag) => [...document.querySelectorAll('#results [data-photo]')]
  .filter((photo) => (photo.getAttribute('data-tags') ?? '').split(' ').includes(tag));

export function Lines() {
  const { photo, tag } = usePointed();
  const [paths, setPaths] = useState(/** @type {string[]} */ ([]));
  useLayoutEffect(() => {
    const tile = photo ? document.querySelector(`#results [data-photo="${CSS.escape(photo)}"]`) : null;
    const row = tag ? document.querySelector(`#tags [data-tag="${CSS.escape(tag)}"]`) : null;
    const lit = tile ? tagsOf(tile) : row ? photosOf(tag) : [];
    setPaths(tile ? lit.flatMap((one) => line(one, tile)) : row ? lit.flatMap((one) => line(row, one)) : []);
    for (const element of lit) element.setAttribute('data-lit', '');
    return () => { for (const element of lit) element.removeAttribute('data-lit'); };
  }, [photo, tag]);
  return paths.length > 0 && html`<svg class="lines" aria-hidden="true">${paths.map((path) => html`<path key=${path} d=${path} pathLength="1" />`)}</svg>`;
}
