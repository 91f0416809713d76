// @ts-check
import { usePicture } from '../lib/use-picture.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

/** @typedef {import('../types').Photo} Photo */

/** Sizes to ask for where a photo is shown small: more than the thumbnail only on a screen that can show it. */
export const DENSE = devicePixelRatio > 1.25 ? 'z' : '';

/** What a photo is called. @param {Photo} photo @param {string} untitled */
export const titleOf = (photo, untitled) => photo.title.trim() || untitled;

/** A photo in its frame, fading in when it is there. @param {{photo: Photo, isPrivate: boolean, children?: any}} props */
export function Shot({ photo, isPrivate, children }) {
  const [state, setState] = useState('loading');
  const lose = () => setState('lost');
  const file = usePicture(photo, isPrivate, lose, DENSE);
  const lost = state === 'lost';
  return html`
    <div class=${`shot ${state}`}>
      ${file && !lost && html`<img src=${file} alt="" decoding="async" draggable=${false} onLoad=${() => setState('there')} onError=${lose} />`}
      ${lost && html`<span class="no-preview">${icons.picture}</span>`}
      ${children}
    </div>`;
}
