// @ts-check
/** Which service is searched, and the key for it. */
import { testKey } from '../lib/flickr-key.js';
import { sentence, t } from '../lib/i18n.js';
import { html, useRef, useState } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */

const KEY_PAGE = 'https://www.flickr.com/services/apps/create/';

/** @param {Props} props */
export function Service({ settings, change }) {
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

/** @param {Props} props */
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
