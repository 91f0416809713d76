// @ts-check
/** All searches that are kept on this machine: to open again, to go on with, to delete. */
import { formatDate, t, tn } from '../lib/i18n.js';
import { MAX_SESSIONS } from '../lib/sessions.js';
import { html } from '../vendor/js/preact.mjs';
import { ForgetAll } from './forget.js';
import { icons } from './icons.js';
import { Shot } from './photo.js';
import { Preview } from './preview.js';

/** @typedef {import('./store.js').Store} Store */

/** @param {{store: Store, view: import('./view.js').View}} props */
export function History({ store, view: { history, isPrivate } }) {
  return html`
    <div class="past">
      <header>
        <h2>${t('history_heading')}</h2>
        ${history.length > 0 && html`<${ForgetAll} store=${store} kind="" />`}
      </header>
      <p class="muted">${isPrivate ? t('history_private') : t('history_bound', { count: MAX_SESSIONS })}</p>
      ${history.length > 0
        ? html`<ol id="history">${history.map((one) => html`<${Entry} key=${one.id} store=${store} search=${one} />`)}</ol>`
        : html`<div class="nothing">${icons.clock}<p>${t('history_empty')}</p>
            <button class="button primary" onClick=${() => store.startOver()}>${icons.picture} ${t('choose_picture')}</button></div>`}
    </div>`;
}

/** @param {{store: Store, search: import('./view.js').View['history'][number]}} props */
function Entry({ store, search: { id, created, picture, photos, words, best, ended, running } }) {
  const date = formatDate(created);
  return html`
    <li class="entry" data-search=${id}>
      <button class="reopen" title=${t('history_open', { date })} onClick=${() => store.reopen(id)}>
        <span class="thumb"><${Preview} picture=${picture} alt="" /></span>
        <span class="entry-text">
          <b dir="auto">${words.join(', ') || t('untitled')}</b>
          <span class="muted">${date}</span>
          <span class="muted">${tn('history_photos', photos)} · ${t(`status_${running ? 'running' : ended ?? 'interrupted'}`)}</span>
        </span>
        <span class="entry-best">${best.map((photo) => html`<${Shot} key=${photo.id} photo=${photo} isPrivate=${store.view.isPrivate} />`)}</span>
      </button>
      <button class="button round" title=${t('history_delete')} aria-label=${`${t('history_delete')}: ${date}`} onClick=${() => store.forget(id)}>${icons.bin}</button>
    </li>`;
}
