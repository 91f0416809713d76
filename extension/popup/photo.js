// @ts-check
import { usePicture } from '../lib/use-picture.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

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

/** A photo in its frame, fading in when it is there. @param {{photo: Photo, isPrivate: boolean, children?: any}} props */
export function Shot({ photo, isPrivate, children }) {
  const [state, setState] = useState('loading');
  const lose = () => setState('lost');
  const file = usePicture(photo, isPrivate, lose, useSharpness());
  const lost = state === 'lost';
  return html`
    <div class=${`shot ${state}`}>
      ${file && !lost && html`<img src=${file} alt="" decoding="async" draggable=${false} onLoad=${() => setState('there')} onError=${lose} />`}
      ${lost && html`<span class="no-preview">${icons.picture}</span>`}
      ${children}
    </div>`;
}
