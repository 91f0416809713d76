// @ts-check
/** The left column: the picture, what the network saw in it, how far the search is, and where it looks. */
import { formatArm, formatPercent, promise, serviceName, t, tn } from '../lib/i18n.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { Cropper } from './cropper.js';
import { icons } from './icons.js';
import { Path } from './path.js';
import { Preview } from './preview.js';
import { Progress } from './progress.js';
import { Save } from './save.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('../lib/filters.js').Filter} Filter */

const SHOWN_CLASSES = 5;
const LEAST_SHOWN = 0.005; // probability: what rounds to nothing says nothing
const EXPLAINED = ['screen', 'area', 'crop'];

/** @param {{store: Store, view: View, filter: Filter, setFilter: (filter: Filter) => void}} props */
export function Panel({ store, view, filter, setFilter }) {
  const { session } = view;
  return html`
    <aside class="panel">
      <${Source} store=${store} view=${view} />
      <${Progress} store=${store} view=${view} />
      ${!session?.classes && html`<p class="quiet">${promise(view.service)}</p>`}
      <${Classes} session=${session} />
      <${Path} session=${session} filter=${filter} setFilter=${setFilter} excluded=${view.excluded} exclude=${(/** @type {string} */ tag) => store.exclude(tag)} />
      <${Asked} session=${session} service=${view.service} />
      ${view.engine === 'idle' && html`<${Save} session=${session} />`}
    </aside>`;
}

/** @param {{store: Store, view: View}} props */
function Source({ store, view: { session, page } }) {
  const [cropping, setCropping] = useState(false);
  const usable = session && !session.problem?.code.startsWith('picture_');
  return html`
    <figure class="source">
      <div class=${`source-frame ${page === 'capturing' ? 'waiting' : ''}`}>
        <${Preview} picture=${session?.picture ?? null} alt=${t('source_alt')} />
        ${usable && html`<button class="crop-button" id="crop" title=${t('crop_title')} onClick=${() => setCropping(true)}><span>${icons.crop} ${t('crop')}</span></button>`}
      </div>
      ${session && EXPLAINED.includes(session.source) && html`<figcaption>${t(`source_${session.source}`)}</figcaption>`}
      ${cropping && session && html`<${Cropper} picture=${session.picture} use=${(/** @type {Blob} */ part) => store.begin(part, 'crop')} away=${() => setCropping(false)} />`}
    </figure>`;
}

/** @param {{session: Session | null}} props */
function Classes({ session }) {
  if (!session?.classes) return null;
  return html`
    <section>
      <h2>${t('classes_heading')}</h2>
      <ul class="chips" id="classes">
        ${session.classes.slice(0, SHOWN_CLASSES).filter(({ probability }, i) => i === 0 || probability >= LEAST_SHOWN).map(({ name, probability }, i) => html`
          <li key=${i} class="chip"><i style=${{ width: `${probability * 100}%` }}></i><span lang="en" dir="ltr">${name}</span> <b>${formatPercent(probability)}</b></li>`)}
      </ul>
    </section>`;
}

/** Everything that was sent: the user can read it. @param {{session: Session | null, service: View['service']}} props */
function Asked({ session, service }) {
  if (!session?.asked.length) return null;
  const words = session.asked.map(formatArm);
  return html`
    <details class="asked">
      <summary>${icons.lock} ${tn('asked_heading', words.length, { service: serviceName(service) })}</summary>
      <p dir="auto" id="asked">${words.join(' · ')}</p>
      <p class="muted">${promise(service)}</p>
    </details>`;
}
