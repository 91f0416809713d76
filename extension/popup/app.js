// @ts-check
import { api } from '../lib/browser.js';
import { NO_FILTER } from '../lib/filters.js';
import { t, tn } from '../lib/i18n.js';
import { isFlickr } from '../lib/services.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';
import { usePictureDrops } from './drops.js';
import { useFocusKept } from './focus.js';
import { History } from './history.js';
import { icons } from './icons.js';
import { useShortcuts } from './keyboard.js';
import { Lines } from './lines.js';
import { Panel } from './panel.js';
import { Results } from './results.js';
import { Said } from './said.js';
import { Start } from './start.js';
import { moveToTab } from './ways.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./view.js').View} View */

const ANNOUNCE_EVERY = 25; // photos

/** @param {{store: Store, view: View}} props */
export function App({ store, view }) {
  const dragging = usePictureDrops(store);
  const [filter, setFilter] = useState(NO_FILTER);
  const { page, session } = view;
  useShortcuts();
  useFocusKept();
  useEffect(() => setFilter(NO_FILTER), [session?.id]);
  const searching = page === 'search' || page === 'capturing';
  return html`
    <${Bar} store=${store} view=${view} />
    <main class=${searching ? 'search' : page === 'history' ? 'history' : 'start'}>
      ${page === 'start' && html`<${Start} store=${store} view=${view} />`}
      ${page === 'history' && html`<${History} store=${store} view=${view} />`}
      ${searching && html`
        <${Panel} store=${store} view=${view} filter=${filter} setFilter=${setFilter} />
        <${Results} key=${session?.id} store=${store} view=${view} filter=${filter} setFilter=${setFilter} />
        <${Lines} />`}
    </main>
    <footer class="foot"><p lang="en" dir="ltr">${isFlickr(view.service) && t('flickr_notice')}</p></footer>
    <${LiveRegion} view=${view} />
    <${Said} />
    ${dragging && html`<div class="drop-veil"><p>${icons.picture} ${t('drop_now')}</p></div>`}`;
}

/** @param {{store: Store, view: View}} props */
function Bar({ store, view: { page, popup, tabs } }) {
  return html`
    <header class="bar">
      <img src="../icons/icon.svg" width="26" height="26" alt="" />
      <h1>${t('extension_short_name')}</h1>
      <span class="push"></span>
      ${(page === 'search' || page === 'history') && html`
        <button class="button" id="new-picture" onClick=${() => store.startOver()}>${icons.picture} ${t('new_picture')}</button>`}
      ${page !== 'history' && html`
        <button class="button round" id="open-history" title=${t('history')} aria-label=${t('history')} onClick=${() => store.showHistory()}>${icons.clock}</button>`}
      ${popup && tabs && html`
        <button class="button round" id="open-tab" title=${t('open_in_tab')} aria-label=${t('open_in_tab')} onClick=${() => moveToTab(store)}>${icons.tab}</button>`}
      <button class="button round" id="open-options" title=${t('settings')} aria-label=${t('settings')} onClick=${() => api.runtime.openOptionsPage()}>${icons.settings}</button>
    </header>`;
}

/** Tells screen readers, sparingly, how far the search is. @param {{view: View}} props */
function LiveRegion({ view: { page, engine, session } }) {
  let text = '';
  if (page === 'capturing') text = t('status_capturing');
  else if (session && engine === 'starting') text = t('status_starting');
  else if (session && engine === 'idle' && session.ended) text = tn('live_done', session.scored.length);
  else if (session) {
    const round = Math.floor(session.scored.length / ANNOUNCE_EVERY) * ANNOUNCE_EVERY;
    text = round ? tn('live_found', round) : t('status_running');
  }
  return html`<div class="hidden-text" role="status" aria-live="polite">${text}</div>`;
}
