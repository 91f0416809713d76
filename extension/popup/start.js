// @ts-check
import { siteOf } from '../lib/address.js';
import { fileDialogClosesPopup } from '../lib/browser.js';
import { formatDate, menuTitle, promise, sentence, t } from '../lib/i18n.js';
import { timeOf } from '../lib/sessions.js';
import { html, useRef, useState } from '../vendor/js/preact.mjs';
import { ForgetAll } from './forget.js';
import { icons } from './icons.js';
import { Preview } from './preview.js';
import { beginAt, moveToTab, offerAddress, pickOnPage } from './ways.js';

/** @param {string} id of a search */
const nameOf = (id) => t('history_open', { date: formatDate(timeOf(id)) });

/** @typedef {{store: import('./store.js').Store, view: import('./view.js').View}} Props */

/** The address of a picture; whoever gives it away is asked for it only after the user said so. @param {Props} props */
function AddressForm({ store, view: { address, popup } }) {
  const [typed, setTyped] = useState(address);
  const site = siteOf(typed);
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    void (popup ? offerAddress(store, typed) : beginAt(store, typed));
  };
  return html`
    <form class="address" onSubmit=${submit}>
      <input id="address" type="url" required autofocus=${address !== ''} value=${typed} placeholder=${t('address_placeholder')} aria-label=${t('address_label')}
        aria-describedby="address-note" onInput=${(/** @type {any} */ event) => setTyped(event.target.value)} />
      <button class="button" id="use-address">${icons.link} ${t('address_use')}</button>
      <p class="hint" id="address-note">${site && !popup ? t('address_ask', { site }) : ''}</p>
    </form>`;
}

/** No picture yet: choose, paste or drop one. @param {Props} props */
export function Start({ store, view }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const { problem, popup, tabs, recent } = view;
  const choose = () => {
    if (popup && fileDialogClosesPopup) void moveToTab(store);
    else input.current?.click();
  };
  const chosen = () => {
    const file = input.current?.files?.[0];
    if (file) void store.begin(file, 'file');
  };
  return html`
    <div class="welcome">
      ${problem && html`
        <div class="notice bad" id="problem" data-code=${problem.code} role="alert">${icons.warning}<p>${sentence(problem)}</p></div>`}
      <div class="drop-zone">
        <div class="drop-art" aria-hidden="true"><i></i><i></i><i></i><span>${icons.picture}</span></div>
        <h2>${t('start_heading')}</h2>
        <p class="muted">${t('start_ways')}</p>
        <input type="file" accept="image/*" hidden id="file" ref=${input} onChange=${chosen} />
        <div class="ways">
          <button class="button primary" id="choose" onClick=${choose}>${icons.picture} ${t(popup && fileDialogClosesPopup ? 'choose_in_tab' : 'choose_picture')}</button>
          ${popup && html`
            <button class="button" id="pick" onClick=${pickOnPage}>${icons.area} ${t('pick_on_page')}</button>`}
        </div>
        ${(!popup || tabs) && html`<${AddressForm} key=${view.address} store=${store} view=${view} />`}
        <p class="hint">${t('start_right_click', { entry: menuTitle(view.service) })}</p>
      </div>
      ${recent.length > 0 && html`
        <section class="recent" aria-labelledby="recent-heading">
          <div class="recent-head">
            <h3 id="recent-heading">${t('recent_heading')}</h3>
            <span class="push"></span>
            <button class="button plain" id="all" onClick=${() => store.showHistory()}>${icons.clock} ${t('recent_all')}</button>
            <${ForgetAll} store=${store} kind="plain" />
          </div>
          <ul>
            ${recent.map(({ id, picture }) => html`
              <li key=${id}><button class="thumb" aria-label=${nameOf(id)} title=${nameOf(id)} onClick=${() => store.reopen(id)}><${Preview} picture=${picture} alt="" /></button></li>`)}
          </ul>
        </section>`}
      <p class="promise">${icons.lock} ${promise(view.service)}</p>
    </div>`;
}
