// @ts-check
import { t, tn } from '../lib/i18n.js';
import { forgetMemory, readMemory } from '../lib/memory.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';

/** @typedef {import('./options.js').Props} Props */

/** What earlier searches taught, for its owner to see. @param {Props} props */
export function Memory({ settings, change }) {
  const [learned, setLearned] = useState(/** @type {import('../types').Learned | undefined} */ (undefined));
  useEffect(() => { void readMemory(settings.model).then(setLearned, () => {}); }, [settings.model]);
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
