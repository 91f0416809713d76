// @ts-check
/** What is kept and what is sent, and the way to delete it. */
import { isPrivateWindow } from '../lib/browser.js';
import { forgetEverything } from '../lib/forget.js';
import { serviceName, t } from '../lib/i18n.js';
import { SERVICES } from '../lib/services.js';
import { MAX_SESSIONS, clearSessions } from '../lib/sessions.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';

const hosts = [...new Set(Object.values(SERVICES).flatMap(({ access }) => access.map((origin) => new URL(origin).hostname)))].join(', ');

/** @param {{settings: import('../types').Settings, onForgotten: () => Promise<void>}} props   the second: called when there are no settings any more */
export function Privacy({ settings, onForgotten }) {
  const [state, setState] = useState(/** @type {'' | 'sure' | 'busy' | 'searches' | 'everything'} */ (''));
  const [isPrivate, setPrivate] = useState(false);
  useEffect(() => { void isPrivateWindow().then(setPrivate); }, []); // in Firefox; it has none of the others' records there
  const forget = async () => {
    await clearSessions();
    setState('searches');
  };
  const forgetAll = async () => {
    setState('busy');
    await forgetEverything();
    await onForgotten();
    setState('everything');
  };
  return html`
    <section class="card" id="privacy">
      <h2>${t('options_privacy_heading')}</h2>
      <ul class="facts">
        <li>${t('options_privacy_picture')}</li>
        <li>${t('options_privacy_words', { service: serviceName(settings.service) })}</li>
        <li>${t('options_privacy_hosts', { hosts })}</li>
        <li>${t('options_privacy_kept', { count: MAX_SESSIONS })}</li>
      </ul>
      ${isPrivate ? html`<p class="notice" id="forget-private">${t('options_forget_private')}</p>` : state === 'sure' || state === 'busy' ? html`
        <p>${t('options_forget_everything_sure')}</p>
        <div class="row">
          <button class="button" id="forget-everything-yes" disabled=${state === 'busy'} onClick=${forgetAll}>${t('options_forget_everything_yes')}</button>
          <button class="button primary" id="forget-everything-no" disabled=${state === 'busy'} onClick=${() => setState('')}>${t('options_forget_everything_no')}</button>
        </div>` : html`
        <div class="row">
          <button class="button" id="forget" onClick=${forget}>${t('options_forget')}</button>
          <button class="button" id="forget-everything" onClick=${() => setState('sure')}>${t('options_forget_everything')}</button>
        </div>`}
      <span class="muted" role="status">${state === 'searches' && t('options_forgotten')}${state === 'everything' && t('options_everything_forgotten')}</span>
    </section>`;
}
