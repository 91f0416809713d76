// @ts-check
/** What is kept and what is sent, and the way to delete it. */
import { t } from '../lib/i18n.js';
import { MAX_SESSIONS, clearSessions } from '../lib/sessions.js';
import { html, useState } from '../vendor/js/preact.mjs';

export function Privacy() {
  const [forgotten, setForgotten] = useState(false);
  const forget = async () => {
    await clearSessions();
    setForgotten(true);
  };
  return html`
    <section class="card">
      <h2>${t('options_privacy_heading')}</h2>
      <ul class="facts">
        <li>${t('options_privacy_picture')}</li>
        <li>${t('options_privacy_words')}</li>
        <li>${t('options_privacy_hosts')}</li>
        <li>${t('options_privacy_kept', { count: MAX_SESSIONS })}</li>
      </ul>
      <button class="button" id="forget" onClick=${forget}>${t('options_forget')}</button>
      <span class="muted" role="status">${forgotten ? t('options_forgotten') : ''}</span>
    </section>`;
}
