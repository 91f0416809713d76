// @ts-check
/** How much a search may spend. */
import { serviceName, t } from '../lib/i18n.js';
import { BUDGET_LIMITS, DEFAULT_BUDGET } from '../lib/settings.js';
import { html } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */
/** @typedef {keyof typeof BUDGET_LIMITS} BudgetName */

/** @param {Props} props */
export function BudgetForm({ settings: { budget, service }, change }) {
  const names = /** @type {BudgetName[]} */ (Object.keys(BUDGET_LIMITS));
  /** @param {BudgetName} name @param {Event} event */
  const set = (name, event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const [low, high] = BUDGET_LIMITS[name];
    const value = Math.min(high, Math.max(low, Math.round(Number(input.value)) || DEFAULT_BUDGET[name]));
    input.value = String(value);
    change({ budget: { ...budget, [name]: value } });
  };
  return html`
    <section class="card">
      <h2>${t('options_budget_heading')}</h2>
      <p class="muted">${t('options_budget_text')}</p>
      <div class="budget">
        ${names.map((name) => {
          const [low, high] = BUDGET_LIMITS[name];
          return html`
            <label key=${name}>${t(`options_budget_${name}`, { service: serviceName(service) })}
              <input type="number" id=${`budget-${name}`} min=${low} max=${high} step="10" value=${budget[name]} onChange=${(/** @type {Event} */ event) => set(name, event)} />
              <small class="muted">${t('options_budget_range', { low, high })}</small>
            </label>`;
        })}
      </div>
      <button class="button" onClick=${() => change({ budget: { ...DEFAULT_BUDGET } })}>${t('options_budget_default')}</button>
    </section>`;
}
