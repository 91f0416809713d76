// @ts-check
/** The settings page. Every change is saved as it is made. */
import { localizePage, sentence, t, tn } from '../lib/i18n.js';
import { testKey } from '../lib/flickr-key.js';
import { forgetMemory, readMemory } from '../lib/memory.js';
import { MAX_SESSIONS, clearSessions } from '../lib/sessions.js';
import { BUDGET_LIMITS, DEFAULT_BUDGET, loadSettings, saveSettings, strategies } from '../lib/settings.js';
import { html, render, useEffect, useRef, useState } from '../vendor/js/preact.mjs';

/** @typedef {import('../types').Settings} Settings */
/** @typedef {keyof typeof BUDGET_LIMITS} BudgetName */

const offered = await strategies();

const KEY_PAGE = 'https://www.flickr.com/services/apps/create/';

/** @param {{initial: Settings}} props */
function Options({ initial }) {
  const [settings, setSettings] = useState(initial);
  const [saved, setSaved] = useState(0);
  /** @param {Partial<Settings>} changes */
  const change = async (changes) => {
    setSettings({ ...settings, ...changes });
    await saveSettings(changes);
    setSaved((count) => count + 1);
  };
  return html`
    <main>
      <header><img src="../icons/icon.svg" width="44" height="44" alt="" /><h1>${t('options_title')}</h1></header>
      <${Service} settings=${settings} change=${change} />
      <${Strategy} settings=${settings} change=${change} />
      <${BudgetForm} settings=${settings} change=${change} />
      <${Memory} settings=${settings} change=${change} />
      <${Privacy} />
      <footer>${t('flickr_notice')}</footer>
      <p class=${`saved ${saved ? 'show' : ''}`} key=${saved} role="status">${saved ? t('options_saved') : ''}</p>
    </main>`;
}

/** @param {{settings: Settings, change: (c: Partial<Settings>) => void}} props */
function Service({ settings, change }) {
  const choices = /** @type {const} */ ([['flickr_feed', 'options_feed'], ['flickr', 'options_key']]);
  return html`
    <section class="card">
      <h2>${t('options_service_heading')}</h2>
      <div class="choices" role="radiogroup" aria-label=${t('options_service_heading')}>
        ${choices.map(([service, text]) => html`
          <label class="choice" key=${service}>
            <input type="radio" name="service" value=${service} checked=${settings.service === service} onChange=${() => change({ service })} />
            <span><b>${t(`${text}_title`)}</b><span class="muted">${t(`${text}_text`)}</span></span>
          </label>`)}
      </div>
      <${KeyForm} settings=${settings} change=${change} />
    </section>`;
}

/** @param {{settings: Settings, change: (c: Partial<Settings>) => void}} props */
function KeyForm({ settings, change }) {
  const [shown, setShown] = useState(false);
  const [verdict, setVerdict] = useState(/** @type {{kind: 'good' | 'bad' | 'busy', text: string} | null} */ (null));
  const asked = useRef(0);
  const input = (/** @type {Event} */ event) => {
    const key = /** @type {HTMLInputElement} */ (event.currentTarget).value.trim();
    asked.current++; // an answer on its way is about another key
    setVerdict(null);
    // Who enters a key wants to use it; who removes it cannot.
    change({ key, service: key ? 'flickr' : 'flickr_feed' });
  };
  const test = async () => {
    if (!settings.key) {
      setVerdict({ kind: 'bad', text: t('options_key_empty') });
      return;
    }
    const mine = ++asked.current;
    setVerdict({ kind: 'busy', text: t('options_key_testing') });
    const problem = await testKey(settings.key);
    if (mine !== asked.current) return;
    setVerdict(problem ? { kind: 'bad', text: sentence(problem) } : { kind: 'good', text: t('options_key_works') });
  };
  const missing = settings.service === 'flickr' && !settings.key;
  return html`
    <div class="key">
      <label for="key">${t('options_key_label')}</label>
      <div class="row">
        <input id="key" type=${shown ? 'text' : 'password'} value=${settings.key} onInput=${input} autocomplete="off" spellcheck=${false} aria-describedby="key-hint" />
        <button class="button" onClick=${() => setShown(!shown)} aria-pressed=${shown}>${t(shown ? 'options_key_hide' : 'options_key_show')}</button>
        <button class="button primary" id="test-key" disabled=${verdict?.kind === 'busy'} onClick=${test}>${t('options_key_test')}</button>
      </div>
      <div role="status" id="key-verdict">
        ${verdict && html`<p class=${`notice ${verdict.kind}`}>${verdict.text}</p>`}
        ${missing && !verdict && html`<p class="notice">${t('options_key_missing')}</p>`}
      </div>
      <p class="muted" id="key-hint">${t('options_key_hint')} <a href=${KEY_PAGE} target="_blank" rel="noopener noreferrer">${t('options_key_where')}</a>. ${t('options_key_where_hint')}</p>
    </div>`;
}

/** @param {{settings: Settings, change: (c: Partial<Settings>) => void}} props */
function Strategy({ settings, change }) {
  const choose = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.currentTarget);
    change({ strategy: /** @type {Settings['strategy']} */ (value) });
  };
  return html`
    <section class="card">
      <h2><label for="strategy">${t('options_strategy_heading')}</label></h2>
      <p class="muted">${t('options_strategy_text')}</p>
      <select id="strategy" value=${settings.strategy} onChange=${choose}>
        ${offered.map((name) => html`<option key=${name} value=${name}>${t(`options_strategy_${name}`)}</option>`)}
      </select>
    </section>`;
}

/** @param {{settings: Settings, change: (c: Partial<Settings>) => void}} props */
function BudgetForm({ settings: { budget }, change }) {
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
            <label key=${name}>${t(`options_budget_${name}`)}
              <input type="number" id=${`budget-${name}`} min=${low} max=${high} step="10" value=${budget[name]} onChange=${(/** @type {Event} */ event) => set(name, event)} />
              <small class="muted">${t('options_budget_range', { low, high })}</small>
            </label>`;
        })}
      </div>
      <button class="button" onClick=${() => change({ budget: { ...DEFAULT_BUDGET } })}>${t('options_budget_default')}</button>
    </section>`;
}

/** What earlier searches taught, for its owner to see. @param {{settings: Settings, change: (c: Partial<Settings>) => void}} props */
function Memory({ settings, change }) {
  const [learned, setLearned] = useState(/** @type {import('../types').Learned | undefined} */ (undefined));
  useEffect(() => { void readMemory().then(setLearned, () => {}); }, []);
  const forget = async () => {
    await forgetMemory();
    setLearned(undefined);
  };
  return html`
    <section class="card" id="memory">
      <h2>${t('options_memory_heading')}</h2>
      <p class="muted">${t('options_memory_text')}</p>
      <label class="check"><input type="checkbox" id="memory-on" checked=${settings.memory} onChange=${(/** @type {any} */ event) => change({ memory: event.currentTarget.checked })} /> ${t('options_memory_on')}</label>
      <p id="memory-facts">${learned?.photos
        ? t('options_memory_learned', { names: learned.names, photos: learned.photos })
        : t('options_memory_empty')}</p>
      ${learned && html`<ul class="chips">${learned.tags.map(({ tag, count }) => html`<li key=${tag} title=${tn('tag_seen', count)}><bdi>${tag}</bdi></li>`)}</ul>`}
      <button class="button" id="forget-memory" disabled=${!learned} onClick=${forget}>${t('options_memory_forget')}</button>
    </section>`;
}

function Privacy() {
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

localizePage();
document.title = t('options_title');
render(html`<${Options} initial=${await loadSettings()} />`, document.body);
