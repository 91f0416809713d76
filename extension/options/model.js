// @ts-check
/** The network that pictures are compared by: one of the build's, or a file of the user's. */
import { EngineClient } from '../engine/client.js';
import { sentence, t, formatNumber } from '../lib/i18n.js';
import { keepOwnModel, readOwnDescription } from '../lib/own-model.js';
import { models } from '../lib/settings.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */
/** @typedef {import('../types').Wiring['pixels']} Pixels */
/** @typedef {{kind: 'good' | 'bad' | 'busy', text: string}} Verdict */

const shipped = await models();
const RANGES = /** @type {const} */ (['-1..1', '0..1', '0..255']);
const MAX_BYTES = 200e6;

/** @param {Props} props */
export function ModelChoice({ settings, change }) {
  const [own, setOwn] = useState(/** @type {{title: string, embedding: number} | null} */ (null));
  useEffect(() => {
    void readOwnDescription().then((kept) => kept && setOwn(JSON.parse(kept)), () => {});
  }, []);
  const choices = [...shipped, ...(own ? [{ name: 'own', title: own.title }] : [])];
  return html`
    <section class="card" id="model">
      <h2>${t('options_model_heading')}</h2>
      <p class="muted">${t('options_model_text')}</p>
      <div class="choices" role="radiogroup" aria-label=${t('options_model_heading')}>
        ${choices.map(({ name, title }) => html`
          <label class="choice" key=${name}>
            <input type="radio" name="model" value=${name} checked=${settings.model === name} onChange=${() => change({ model: name })} />
            <span><b dir="auto">${title}</b><span class="muted">${t(name === 'own' ? 'options_model_own' : 'options_model_shipped')}</span></span>
          </label>`)}
      </div>
      <${OwnModel} onKept=${(/** @type {any} */ model) => { setOwn(model); change({ model: 'own' }); }} />
    </section>`;
}

/** A file is looked at, tried on a few pictures, and only then kept. @param {{onKept: (model: object) => void}} props */
function OwnModel({ onKept }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [pixels, setPixels] = useState(/** @type {Pixels} */ (RANGES[0]));
  const [verdict, setVerdict] = useState(/** @type {Verdict | null} */ (null));
  const check = async () => {
    const file = input.current?.files?.[0];
    if (!file || !input.current) return;
    setVerdict({ kind: 'busy', text: t('options_model_checking') });
    const found = await look(file, pixels);
    input.current.value = ''; // the same file may be chosen again, with another range
    if (found.model) onKept(found.model);
    setVerdict(found.model
      ? { kind: 'good', text: t('options_model_works', { numbers: /** @type {any} */ (found.model).embedding, title: file.name }) }
      : { kind: 'bad', text: sentence(found.problem) });
  };
  return html`
    <details class="own-model">
      <summary>${t('options_model_own_heading')}</summary>
      <p class="muted">${t('options_model_own_text')}</p>
      <div class="row">
        <label>${t('options_model_range')}
          <select id="pixels" value=${pixels} onChange=${(/** @type {any} */ event) => setPixels(event.currentTarget.value)}>
            ${RANGES.map((range) => html`<option key=${range} value=${range}>${range.replace('..', ' … ')}</option>`)}
          </select></label>
        <input type="file" id="model-file" accept=".tflite" hidden ref=${input} onChange=${check} />
        <button class="button" disabled=${verdict?.kind === 'busy'} onClick=${() => input.current?.click()}>${t('options_model_choose')}</button>
      </div>
      <div role="status" id="model-verdict">${verdict && html`<p class=${`notice ${verdict.kind}`}>${verdict.text}</p>`}</div>
    </details>`;
}

/** @param {File} file @param {Pixels} pixels @returns {Promise<{model: object, problem: null} | {model: null, problem: import('../types').Problem}>} */
async function look(file, pixels) {
  const failed = (/** @type {string} */ message) => ({ model: null, problem: { code: 'model_unreadable', params: { message } } });
  if (file.size > MAX_BYTES) return failed(`${formatNumber(Math.round(file.size / 1e6))} MB > ${MAX_BYTES / 1e6} MB`);
  const engine = new EngineClient();
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { model, problem } = await engine.describeModel(bytes, file.name, pixels);
    if (!model) return { model: null, problem: problem ?? { code: 'model_useless', params: {} } };
    await keepOwnModel({ json: JSON.stringify(model), bytes });
    return { model, problem: null };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    engine.close();
  }
}
