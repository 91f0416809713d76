// @ts-check
/** The settings page. Every change is saved as it is made. Each section is a file of its own. */
import { localizePage, t } from '../lib/i18n.js';
import { isFlickr } from '../lib/services.js';
import { loadSettings, saveSettings } from '../lib/settings.js';
import { html, render, useState } from '../vendor/js/preact.mjs';
import { BudgetForm } from './budget.js';
import { Memory } from './memory.js';
import { ModelChoice } from './model.js';
import { Never } from './never.js';
import { Privacy } from './privacy.js';
import { Score } from './score.js';
import { Service } from './service.js';
import { Strategy } from './strategy.js';

/** @typedef {import('../types').Settings} Settings */
/** @typedef {{settings: Settings, change: (changes: Partial<Settings>) => void}} Props  of every section */

/** @param {{initial: Settings}} props */
function Options({ initial }) {
  const [settings, setSettings] = useState(initial);
  const [saved, setSaved] = useState(0);
  const [epoch, setEpoch] = useState(0); // sections begin anew when it changes
  /** @param {Partial<Settings>} changes */
  const change = async (changes) => {
    setSettings({ ...settings, ...changes });
    await saveSettings(changes);
    setSaved((count) => count + 1);
  };
  const forgotten = async () => {
    setSettings(await loadSettings());
    setEpoch(epoch + 1);
  };
  return html`
    <main>
      <header><img src="../icons/icon.svg" width="44" height="44" alt="" /><h1>${t('options_title')}</h1></header>
      <${Service} key=${`service-${epoch}`} settings=${settings} change=${change} />
      <${ModelChoice} key=${`model-${epoch}`} settings=${settings} change=${change} />
      <${Score} key=${`score-${epoch}`} settings=${settings} change=${change} />
      <${Strategy} settings=${settings} change=${change} />
      <${BudgetForm} settings=${settings} change=${change} />
      <${Memory} key=${`memory-${epoch}`} settings=${settings} change=${change} />
      <${Never} settings=${settings} change=${change} />
      <${Privacy} settings=${settings} onForgotten=${forgotten} />
      <footer>${isFlickr(settings.service) && t('flickr_notice')}</footer>
      <p class=${`saved ${saved ? 'show' : ''}`} key=${saved} role="status">${saved ? t('options_saved') : ''}</p>
    </main>`;
}

localizePage();
document.title = t('options_title');
render(html`<${Options} initial=${await loadSettings()} />`, document.body);
