// @ts-check
import { LICENSES, NO_FILTER, SHAPES, isFiltering } from '../lib/filters.js';
import { formatScore, t } from '../lib/i18n.js';
import { UPLOADED } from '../lib/settings.js';
import { html, useMemo } from '../vendor/js/preact.mjs';
import { focusSoon } from './focus.js';
import { icons } from './icons.js';

/** @typedef {import('../lib/filters.js').Filter} Filter */

const MOST = 95; // per cent of the best score: more would leave that one alone

/** The button that is pressed for it goes away. @param {(filter: Filter) => void} setFilter */
function clear(setFilter) {
  setFilter(NO_FILTER);
  focusSoon('#filter-words');
}

/**
 * Narrows down what is shown, at once and without a question to anybody; only for other upload dates it searches anew.
 * @param {{
 *   store: import('./store.js').Store, view: import('./view.js').View,
 *   filter: Filter, setFilter: (filter: Filter) => void, top: number, shown: number, count: number, running: boolean,
 * }} props   top: the best score
 */
export function FilterBar({ store, view, filter, setFilter, top, shown, count, running }) {
  const change = (/** @type {Partial<Filter>} */ changes) => setFilter({ ...filter, ...changes });
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault(); // a popup would close
    if (isFiltering(filter)) setFilter(NO_FILTER);
    else /** @type {HTMLElement} */ (event.target).blur();
  };
  const passes = isFiltering(filter) ? t('filter_shown', { shown, count }) : '';
  const said = useMemo(() => passes, [filter, running]); // not four times a second while photos come
  const least = t('filter_score', { score: formatScore(filter.share * top) });
  return html`
    <form class="filters" role="search" aria-label=${t('filter_label')} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()} onKeyDown=${pressed}>
      <label class="field words">${icons.search}<input id="filter-words" type="search" value=${filter.words} placeholder=${t('filter_words')} aria-label=${t('filter_words')}
        onInput=${(/** @type {any} */ event) => change({ words: event.target.value })} /><kbd aria-hidden="true">/</kbd></label>
      <label class="field least" title=${least}>${icons.score}<input id="filter-score" type="range" min="0" max=${MOST} step="5" value=${Math.round(filter.share * 100)} aria-label=${least} aria-valuetext=${least}
        onInput=${(/** @type {any} */ event) => change({ share: Number(event.target.value) / 100 })} /></label>
      <select id="filter-license" class=${filter.license === 'any' ? '' : 'set'} aria-label=${t('filter_license')} value=${filter.license} onChange=${(/** @type {any} */ event) => change({ license: event.target.value })}>
        ${Object.keys(LICENSES).map((name) => html`<option value=${name}>${t(`filter_license_${name}`)}</option>`)}
      </select>
      <select id="filter-shape" class=${filter.shape === 'any' ? '' : 'set'} aria-label=${t('filter_shape')} value=${filter.shape} onChange=${(/** @type {any} */ event) => change({ shape: event.target.value })}>
        ${Object.keys(SHAPES).map((name) => html`<option value=${name}>${t(`filter_shape_${name}`)}</option>`)}
      </select>
      ${view.service === 'flickr' && html`
        <select id="filter-uploaded" class=${view.days === null ? '' : 'set'} title=${t('filter_uploaded_title')} aria-label=${t('filter_uploaded')} value=${view.days ?? ''} onChange=${(/** @type {any} */ event) => store.uploadedWithin(Number(event.target.value) || null)}>
          ${UPLOADED.map((days) => html`<option value=${days ?? ''}>${t(`filter_uploaded_${days ?? 'any'}`)}</option>`)}
        </select>`}
      <span class="hidden-text" role="status">${said}</span>
      ${passes && html`
        <p class="narrowed">
          ${filter.tag && html`<span class="chip only-tag">${icons.tag}<bdi>${filter.tag}</bdi></span>`}
          <span>${passes}</span>
          <button type="button" class="button plain" id="filter-clear" onClick=${() => clear(setFilter)}>${t('filter_clear')}</button>
        </p>`}
    </form>`;
}

/** No photo passes. @param {{filter: Filter, setFilter: (filter: Filter) => void, results: import('../types').Scored[]}} props */
export function NonePasses({ filter, setFilter, results }) {
  const unknown = filter.license !== 'any' && results.every(({ photo }) => photo.service === 'flickr_feed');
  return html`
    <div class="nothing" id="filtered-out">${icons.none}
      <p>${t('filter_nothing', { count: results.length })} ${unknown && t('filter_no_licenses')}</p>
      <button class="button" onClick=${() => clear(setFilter)}>${t('filter_clear')}</button>
    </div>`;
}
