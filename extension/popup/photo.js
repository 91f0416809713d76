// @ts-check
import { usePicture } from '../lib/use-picture.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { Beat } from './beat.js';
import { icons } from './icons.js';
import { isCalm } from './moves.js';

/** @typedef {import('../types').Photo} Photo */

const dense = matchMedia('(min-resolution: 1.26dppx)');

/** Sizes to ask for where a photo is shown small: more than the thumbnail only on a screen that can show it. */
export function useSharpness() {
  const [sharp, setSharp] = useState(dense.matches);
  useEffect(() => { // the window may be moved to another screen, or the page zoomed
    const look = () => setSharp(dense.matches);
    dense.addEventListener('change', look);
    return () => dense.removeEventListener('change', look);
  }, []);
  return sharp ? 'z' : '';
}

/** What a photo is called. @param {Photo} photo @param {string} untitled */
export const titleOf = (photo, untitled) => photo.title.trim() || untitled;

/** Thirty photos may appear with one beat of the page; their pictures are not asked for in the same task, and come by a beat of their own. */
const pictures = new Beat();
/** @type {import('../lib/use-picture.js').Pace} */
const PACE = { asked: (ask) => void setTimeout(ask), shown: (show) => pictures.add(show) };

/** A photo in its frame, fading in when it is there. @param {{photo: Photo, isPrivate: boolean, children?: any}} props */
export function Shot({ photo, isPrivate, children }) {
  const [lost, setLost] = useState(false);
  const lose = () => setLost(true);
  const file = usePicture(photo, isPrivate, lose, useSharpness(), PACE);
  const image = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => { // not a CSS animation, see moves.js
    if (!isCalm()) image.current?.animate([{ opacity: 0 }, {}], 200);
  }, [file]);
  return html`
    <div class=${`shot ${lost ? 'lost' : file ? 'there' : 'loading'}`}>
      ${file && !lost && html`<img ref=${image} src=${file} alt="" decoding="async" draggable=${false} onError=${lose} />`}
      ${lost && html`<span class="no-preview">${icons.picture}</span>`}
      ${children}
    </div>`;
}
