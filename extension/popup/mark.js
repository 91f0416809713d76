// @ts-check
/** ♥ and ✕ on a photo: what the score "my taste" learns from. */
import { t } from '../lib/i18n.js';
import { keyOf } from '../lib/session.js';
import { isPrivateSession } from '../lib/sessions.js';
import { mark, marks } from '../lib/taste.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';
import { say } from './said.js';

/** @type {Promise<Map<string, boolean>>} liked or not, by key */
const known = marks().then((all) => new Map(all.map(({ photo, liked }) => [keyOf(photo), liked])));
/** A photo can have its buttons in the grid and in its large view: all of them are told. @type {Set<() => void>} */
const shown = new Set();

/** Not in private windows: a mark is kept. @param {{sessionId: string, photo: import('../types').Photo, title: string, tabindex?: number}} props */
export function MarkButtons({ sessionId, photo, title, tabindex = 0 }) {
  const [liked, setLiked] = useState(/** @type {boolean | null} */ (null));
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const show = () => { void known.then((all) => setLiked(all.get(keyOf(photo)) ?? null)); };
    show();
    shown.add(show);
    return () => { shown.delete(show); };
  }, [keyOf(photo)]);
  if (isPrivateSession(sessionId)) return null;
  const press = async (/** @type {boolean} */ wanted) => {
    const next = liked === wanted ? null : wanted;
    if (!await mark(sessionId, photo, next)) {
      setLost(true);
      return say(t('mark_lost'));
    }
    const all = await known;
    if (next === null) all.delete(keyOf(photo));
    else all.set(keyOf(photo), next);
    for (const show of shown) show();
  };
  return html`
    <button class="button round like" tabindex=${tabindex} title=${t('mark_like')} aria-label=${t('mark_like_title', { title })} aria-pressed=${liked === true} onClick=${() => press(true)}>♥</button>
    <button class="button round dislike" tabindex=${tabindex} title=${t('mark_dislike')} aria-label=${t('mark_dislike_title', { title })} aria-pressed=${liked === false} onClick=${() => press(false)}>✕</button>
    ${lost && html`<span class="mark-lost">${t('mark_lost')}</span>`}`;
}
