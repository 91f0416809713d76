// @ts-check
import { t } from '../lib/i18n.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

/**
 * Deletes all searches that are listed, at the second press.
 * @param {{store: import('./store.js').Store, kind: 'plain' | ''}} props
 */
export function ForgetAll({ store, kind }) {
  const [sure, setSure] = useState(false);
  const press = () => (sure ? void store.forgetAll() : setSure(true));
  const escape = (/** @type {KeyboardEvent} */ event) => { if (sure && event.key === 'Escape') { event.stopPropagation(); setSure(false); } };
  return html`
    <button class=${`button ${sure ? 'danger' : kind}`} id="forget" aria-live="polite" onClick=${press} onBlur=${() => setSure(false)} onKeyDown=${escape}>
      ${icons.bin} ${t(sure ? 'recent_forget_sure' : 'recent_forget')}</button>`;
}
