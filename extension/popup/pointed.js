// @ts-check
import { useEffect, useState } from '../vendor/js/preact.mjs';

/** @typedef {{photo: string, tag: string}} Pointed  a photo's id, or a tag's key, or neither */

/** @type {Pointed} */
const NOTHING = Object.freeze({ photo: '', tag: '' });

/** @param {EventTarget | null} target @returns {Pointed} */
function pointedAt(target) {
  if (!(target instanceof Element) || document.querySelector('dialog[open]')) return NOTHING;
  const photo = target.closest('#results [data-photo]')?.getAttribute('data-photo') ?? '';
  const tag = target.closest('#tags [data-tag]')?.getAttribute('data-tag') ?? '';
  return photo || tag ? { photo, tag } : NOTHING;
}

/** The photo or tag that the pointer is on, or the focus: whichever moved last. */
export function usePointed() {
  const [pointed, setPointed] = useState(NOTHING);
  useEffect(() => {
    const look = (/** @type {Event} */ event) => setPointed((before) => {
      const now = pointedAt(event.target);
      return now.photo === before.photo && now.tag === before.tag ? before : now;
    });
    const away = () => setPointed(NOTHING);
    let room = `${innerWidth} × ${innerHeight}`;
    const resized = () => { // Firefox measures a popup after every change, and says so even when its size stays
      const now = `${innerWidth} × ${innerHeight}`;
      if (now !== room) away();
      room = now;
    };
    for (const name of ['pointerover', 'focusin']) addEventListener(name, look);
    for (const name of ['scroll', 'blur']) addEventListener(name, away, { capture: true, passive: true });
    addEventListener('resize', resized);
    document.documentElement.addEventListener('pointerleave', away);
    return () => {
      for (const name of ['pointerover', 'focusin']) removeEventListener(name, look);
      for (const name of ['scroll', 'blur']) removeEventListener(name, away, { capture: true });
      removeEventListener('resize', resized);
      document.documentElement.removeEventListener('pointerleave', away);
    };
  }, []);
  return pointed;
}
