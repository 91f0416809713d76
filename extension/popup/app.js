// @ts-check
import { api } from '../lib/browser.js';
import { sentence, serviceName, t, tn } from '../lib/i18n.js';
import { isFlickr } from '../lib/services.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { Grid } from './grid.js';
import { icons } from './icons.js';
import { pictureFrom } from './incoming.js';
import { Panel } from './panel.js';
import { Start } from './start.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').View} View */

const ANNOUNCE_EVERY = 25; // photos

/** @param {{store: Store, view: View}} props */
export function App({ store, view }) {
  const dragging = usePictureDrops(store);
  const { page, session } = view;
  return html`
    <${Bar} store=${store} view=${view} />
    <main class=${page === 'search' || page === 'capturing' ? 'search' : 'start'}>
      ${page === 'start' && html`<${Start} store=${store} view=${view} />`}
      ${(page === 'search' || page === 'capturing') && html`
        <${Panel} store=${store} view=${view} />
        <section class="results" aria-label=${t('results_heading')} aria-busy=${view.engine !== 'idle'}>
          <${Notices} store=${store} view=${view} />
          <${Grid} key=${session?.id} store=${store} session=${session} running=${page === 'capturing' || view.engine !== 'idle'} />
        </section>`}
    </main>
    <footer class="foot"><p>${isFlickr(view.service) && t('flickr_notice')}</p></footer>
    <${LiveRegion} view=${view} />
    ${dragging && html`<div class="drop-veil"><p>${icons.picture} ${t('drop_now')}</p></div>`}`;
}

/** @param {{store: Store, view: View}} props */
function Bar({ store, view }) {
  return html`
    <header class="bar">
      <img src="../icons/icon.svg" width="26" height="26" alt="" />
      <h1>${t('extension_short_name')}</h1>
      <span class="push"></span>
      ${view.page === 'search' && html`
        <button class="button" id="new-picture" onClick=${() => store.startOver()}>${icons.picture} ${t('new_picture')}</button>`}
      ${view.popup && html`
        <button class="button round" id="open-tab" title=${t('open_in_tab')} aria-label=${t('open_in_tab')} onClick=${() => store.moveToTab()}>${icons.tab}</button>`}
      <button class="button round" id="open-options" title=${t('settings')} aria-label=${t('settings')} onClick=${() => api.runtime.openOptionsPage()}>${icons.settings}</button>
    </header>`;
}

/** What went wrong, in sentences, with what can be done about it. @param {{store: Store, view: View}} props */
function Notices({ store, view }) {
  const { session, access, service } = view;
  const problem = session?.problem;
  const settingsTrouble = problem?.code.startsWith('score_') || problem?.code === 'service_key_invalid' || problem?.code === 'service_key_missing';
  const pictureTrouble = problem?.code.startsWith('picture_');
  return html`
    ${!access && html`
      <div class="notice" role="alert">${icons.warning}<p>${t('access_needed', { service: serviceName(service) })}</p>
        <button class="button" onClick=${() => store.grantAccess()}>${t('access_grant')}</button></div>`}
    ${problem && html`
      <div class=${session?.scored.length ? 'notice bad' : 'failure'} id="problem" data-code=${problem.code} role="alert">${icons.warning}<p>${sentence(problem)}</p>
        ${settingsTrouble && html`<button class="button" onClick=${() => api.runtime.openOptionsPage()}>${t('settings')}</button>`}
        ${pictureTrouble && html`<button class="button" onClick=${() => store.startOver()}>${icons.picture} ${t('choose_another')}</button>`}</div>`}`;
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

/**
 * Pictures that are dropped or pasted anywhere on the page start a search.
 * @param {Store} store
 * @returns {boolean} is something being dragged over the page?
 */
function usePictureDrops(store) {
  const [dragging, setDragging] = useState(false);
  const depth = useRef(0);
  useEffect(() => {
    /** @param {DataTransfer | null} data @param {'drop' | 'paste'} source */
    const take = (data, source) => {
      const picture = data && pictureFrom(data);
      if (typeof picture === 'string') void store.offerAddress(picture);
      else if (picture) void store.begin(picture, source);
      return Boolean(picture);
    };
    /** @type {Record<string, (event: any) => void>} */
    const handlers = {
      dragenter: (event) => { event.preventDefault(); setDragging(++depth.current > 0); },
      dragleave: () => { depth.current = Math.max(0, depth.current - 1); setDragging(depth.current > 0); },
      dragover: (event) => event.preventDefault(),
      drop: (event) => {
        event.preventDefault();
        depth.current = 0;
        setDragging(false);
        if (!take(event.dataTransfer, 'drop')) void store.refuse('not_a_picture');
      },
      paste: (event) => {
        if (event.target instanceof HTMLInputElement && !event.clipboardData?.files.length) return; // text for a field
        if (take(event.clipboardData, 'paste')) event.preventDefault();
        else void store.refuse('not_a_picture');
      },
    };
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name, handler);
    return () => { for (const [name, handler] of Object.entries(handlers)) removeEventListener(name, handler); };
  }, [store]);
  return dragging;
}
