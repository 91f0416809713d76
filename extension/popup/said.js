// @ts-check
import { html, useEffect, useState } from '../vendor/js/preact.mjs';

const GONE_MS = 4000; // or else the same words, said again, would be no news

/** @type {Set<(text: string) => void>} */
const voices = new Set();

/** Says what just happened to those who do not see it. @param {string} text */
export function say(text) {
  for (const voice of voices) voice(text);
}

/** Where it is said: in the page, and in every dialogue, for what is behind one is not heard. */
export function Said() {
  const [text, setText] = useState('');
  useEffect(() => {
    voices.add(setText);
    return () => { voices.delete(setText); };
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => setText(''), GONE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<div class="hidden-text said" role="status">${text}</div>`;
}
