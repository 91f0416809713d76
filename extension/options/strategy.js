// @ts-check
/** What decides which tags are asked for and which photos are looked at. */
import { serviceName, t } from '../lib/i18n.js';
import { strategies } from '../lib/settings.js';
import { html } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */

const offered = await strategies();

/** @param {Props} props */
export function Strategy({ settings, change }) {
  const choose = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
    change({ strategy: /** @type {import('../types').StrategyName} */ (value) });
  };
  return html`
    <section class="card">
      <h2><label for="strategy">${t('options_strategy_heading')}</label></h2>
      <p class="muted">${t('options_strategy_text', { service: serviceName(settings.service) })}</p>
      <select id="strategy" value=${settings.strategy} onChange=${choose}>
        ${offered.map((name) => html`<option key=${name} value=${name}>${t(`options_strategy_${name}`)}</option>`)}
      </select>
    </section>`;
}
