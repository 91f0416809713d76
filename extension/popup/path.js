// @ts-check
/** The path of the search: which tags pay. Bars rise and fall with the mean score, and change places. */
import { formatArm, formatScore, t, tn } from '../lib/i18n.js';
import { tagKey } from '../lib/tags.js';
import { html, useRef } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { useSmoothMoves } from './moves.js';
import { usePointed } from './pointed.js';

/** @typedef {import('../lib/filters.js').Filter} Filter */

const SHOWN_TAGS = 8;

/**
 * @param {{
 *   session: import('../types').Session | null, filter: Filter, setFilter: (filter: Filter) => void,
 *   excluded: string[], exclude: (tag: string) => void,
 * }} props
 */
export function Path({ session, filter, setFilter, excluded, exclude }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const refused = new Set(excluded.map(tagKey));
  const tags = session?.tags.filter(({ tag }) => !refused.has(tagKey(tag))).slice(0, SHOWN_TAGS) ?? [];
  useSmoothMoves(list, 'li', tags.map(({ tag }) => tag).join(' '));
  if (!tags.length) return null;
  const best = Math.max(...tags.map(({ mean }) => mean), Number.EPSILON);
  return html`
    <section class="path">
      <h2 title=${t('tags_title')}>${t('tags_heading')}</h2>
      <ol class="tags" id="tags" ref=${list}>
        ${tags.map(({ tag, mean, count }) => {
          const only = tagKey(filter.tag) === tagKey(tag);
          return html`
            <li key=${tag} data-tag=${tagKey(tag)}>
              <i style=${{ transform: `scaleX(${Math.max(0, mean / best)})` }}></i>
              <button class="only" aria-pressed=${only} title=${`${tn('tag_count', count)} · ${t('tag_only')}`} onClick=${() => setFilter({ ...filter, tag: only ? '' : tag })}>
                <span dir="auto">${tag}</span><b>${formatScore(mean)}</b></button>
              <button class="never" title=${t('tag_never')} aria-label=${t('tag_never_named', { tag })} onClick=${() => exclude(tag)}>${icons.never}</button>
            </li>`;
        })}
      </ol>
      <${Why} session=${session} />
    </section>`;
}


/** Which tag found the photo that is pointed at. @param {{session: import('../types').Session | null}} props */
function Why({ session }) {
  const { photo: id } = usePointed();
  const arm = id && session?.scored.find(({ photo }) => photo.id === id)?.tag;
  return html`<p class="why" id="why" aria-hidden="true">${arm ? html`${icons.tag} ${t('path_found', { tag: formatArm(arm) })}` : t('path_why')}</p>`;
}
