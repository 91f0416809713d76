// @ts-check
import { t } from '../lib/i18n.js';
import { html } from '../vendor/js/preact.mjs';
import { icons } from '../popup/icons.js';

/** Tags that the user never wants, to take back. @param {import('./options.js').Props} props */
export function Never({ settings: { excluded }, change }) {
  const allow = (/** @type {string} */ tag) => change({ excluded: excluded.filter((other) => other !== tag) });
  return html`
    <section class="card" id="never">
      <h2>${t('options_never_heading')}</h2>
      <p class="muted">${t('options_never_text')}</p>
      ${excluded.length
        ? html`<ul class="chips removable">${excluded.map((tag) => html`
            <li key=${tag}><bdi>${tag}</bdi> <button title=${t('options_never_back', { tag })} aria-label=${t('options_never_back', { tag })} onClick=${() => allow(tag)}>${icons.close}</button></li>`)}</ul>`
        : html`<p>${t('options_never_empty')}</p>`}
    </section>`;
}
