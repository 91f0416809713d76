// @ts-check
/** Which service is searched, and the key for it. Access to a service is asked for when it is chosen, and given back after. */
import { giveBackAccessBut, requestAccess } from '../lib/browser.js';
import { testKey } from '../lib/flickr-key.js';
import { keptFolder } from '../lib/folder.js';
import { sentence, serviceName, t } from '../lib/i18n.js';
import { html, useRef, useState } from '../vendor/js/preact.mjs';
import { FolderForm } from './folder.js';

/** @typedef {import('./options.js').Props} Props */

const KEY_PAGE = 'https://www.flickr.com/services/apps/create/';

/** @typedef {import('../types').Service} ServiceName */

const CHOICES = /** @type {const} */ ([
  ['flickr_feed', 'options_feed'], ['flickr', 'options_key'], ['openverse', 'options_openverse'], ['commons', 'options_commons'],
  ['folder', 'options_folder'],
]);

/** @param {Props} props */
export function Service({ settings, change }) {
  const [refused, setRefused] = useState(/** @type {ServiceName | null} */ (null));
  const use = async (/** @type {Partial<import('../types').Settings> & {service: ServiceName}} */ changes) => {
    setRefused(null);
    change(changes);
    await giveBackAccessBut(changes.service);
  };
  /** @param {ServiceName} service @param {HTMLInputElement} radio */
  const choose = async (service, radio) => {
    // Asked in the gesture itself: after the first wait it would be none any more.
    const ready = service === 'folder' ? Boolean(await keptFolder()) : await requestAccess(service);
    if (ready) return use({ service });
    setRefused(service);
    radio.checked = false;
    const before = /** @type {HTMLInputElement | null} */ (document.querySelector(`input[name=service][value=${settings.service}]`));
    if (before) before.checked = true;
  };
  return html`
    <section class="card">
      <h2>${t('options_service_heading')}</h2>
      <div class="choices" role="radiogroup" aria-label=${t('options_service_heading')}>
        ${CHOICES.map(([service, text]) => html`
          <label class="choice" key=${service}>
            <input type="radio" name="service" value=${service} checked=${settings.service === service} onChange=${(/** @type {any} */ event) => choose(service, event.currentTarget)} />
            <span><b>${t(`${text}_title`)}</b><span class="muted">${t(`${text}_text`)}</span></span>
          </label>`)}
      </div>
      <div role="alert" id="access-refused">
        ${refused && html`<p class=${`notice ${refused === 'folder' ? '' : 'bad'}`}>${refused === 'folder'
          ? t('options_folder_first')
          : t('options_access_refused', { service: serviceName(refused) })}</p>`}
      </div>
      ${(settings.service === 'folder' || refused === 'folder') && html`
        <${FolderForm} onKept=${() => use({ service: 'folder' })} onForgotten=${() => use({ service: 'flickr_feed' })} />`}
      <${KeyForm} settings=${settings} change=${use} />
    </section>`;
}

/** @param {{settings: Props['settings'], change: (changes: Partial<Props['settings']> & {service: ServiceName}) => void}} props */
function KeyForm({ settings, change }) {
  const [shown, setShown] = useState(false);
  const [verdict, setVerdict] = useState(/** @type {{kind: 'good' | 'bad' | 'busy', text: string} | null} */ (null));
  const asked = useRef(0);
  const input = (/** @type {Event} */ event) => {
    const key = /** @type {HTMLInputElement} */ (event.currentTarget).value.trim();
    asked.current++; // an answer on its way is about another key
    setVerdict(null);
    // Who enters a key wants to use it; who removes it cannot.
    const { service } = settings;
    change({ key, service: key ? 'flickr' : service === 'flickr' ? 'flickr_feed' : service });
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
