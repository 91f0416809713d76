// @ts-check
/** The left column: the picture, what the network saw in it, how far the search is, and where it looks. */
import { asCsv, asHtml, asJson } from '../lib/export.js';
import { hitches } from '../lib/hitches.js';
import { formatArm, formatNumber, formatPercent, formatScore, promise, serviceName, t, tn } from '../lib/i18n.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { Preview } from './preview.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').View} View */

const SHOWN_CLASSES = 5;
const SHOWN_TAGS = 8;

/** @param {{store: Store, view: View}} props */
export function Panel({ store, view }) {
  const { session } = view;
  return html`
    <aside class="panel">
      <figure class="source">
        <div class=${`source-frame ${view.page === 'capturing' ? 'waiting' : ''}`}><${Preview} picture=${session?.picture ?? null} alt=${t('source_alt')} /></div>
        ${(session?.source === 'screen' || session?.source === 'area') && html`<figcaption>${t(`source_${session.source}`)}</figcaption>`}
      </figure>
      <${Progress} store=${store} view=${view} />
      ${!session?.classes && html`<p class="quiet">${promise(view.service)}</p>`}
      <${Classes} session=${session} />
      <${Tags} session=${session} />
      <${Asked} session=${session} service=${view.service} />
      ${view.engine === 'idle' && html`<${Save} session=${session} />`}
    </aside>`;
}

/** @param {View} view */
function statusText({ page, engine, session, service }) {
  if (page === 'capturing') return t('status_capturing');
  if (engine === 'starting') return t('status_starting');
  if (engine === 'stopping') return t('status_stopping');
  if (engine === 'elsewhere') return t('status_elsewhere');
  if (engine === 'running' && !session?.ended && session?.waiting) return t('status_waiting', { service: serviceName(service) });
  if (engine === 'running' && !session?.ended) return session?.scored.length ? t('status_running') : t('status_looking');
  return t(session?.ended ? `status_${session.ended}` : 'status_interrupted');
}

/** @param {{store: Store, view: View}} props */
function Progress({ store, view }) {
  const { session, engine, page } = view;
  const spent = session?.spent ?? { queries: 0, photos: 0, seconds: 0 };
  const budget = session?.budget;
  const share = budget
    ? Math.min(1, Math.max(spent.queries / budget.queries, spent.photos / budget.photos, spent.seconds / budget.seconds))
    : 0;
  const waiting = page === 'capturing' || engine === 'starting';
  const done = engine === 'idle' && session?.ended && session.ended !== 'failed';
  const text = statusText(view);
  return html`
    <section class="progress" data-state=${engine} data-ended=${session?.ended ?? ''}>
      <p class="status" id="status">${text}</p>
      <div class=${`meter ${waiting ? 'waiting' : ''} ${done ? 'done' : ''}`} role="progressbar" aria-label=${text}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${waiting ? undefined : Math.round((done ? 1 : share) * 100)}>
        <i style=${{ transform: `scaleX(${done ? 1 : share})` }}></i>
      </div>
      <dl class="stats" hidden=${session?.problem?.code.startsWith('picture_')}>
        <div><dt>${tn('stat_queries', spent.queries)}</dt><dd id="spent-queries">${formatNumber(spent.queries)}</dd></div>
        <div><dt>${tn('stat_photos', spent.photos)}</dt><dd id="spent-photos">${formatNumber(spent.photos)}</dd></div>
        <div><dt>${tn('stat_seconds', Math.round(spent.seconds))}</dt><dd id="spent-seconds">${formatNumber(Math.round(spent.seconds))}</dd></div>
      </dl>
      <div class="actions">
        ${(engine === 'starting' || engine === 'running' || engine === 'stopping') && !session?.ended && html`
          <button class="button" id="stop" disabled=${engine === 'stopping'} onClick=${() => store.stop()}>${icons.stop} ${t('stop')}</button>`}
        ${engine === 'idle' && session && html`
          ${session.ended !== 'exhausted' && session.ended !== 'failed' && html`
            <button class="button primary" id="go-on" title=${t('go_on_title')} onClick=${() => store.goOn()}>${icons.onward} ${t('go_on')}</button>`}
          ${session.ended === 'failed'
            ? !session.problem?.code.startsWith('picture_') && html`<button class="button primary" id="try-again" onClick=${() => store.goOn()}>${icons.again} ${t('try_again')}</button>`
            : html`<button class=${`button ${session.ended === 'exhausted' ? 'primary' : ''}`} id="again" title=${t('again_title')} onClick=${() => store.again()}>${icons.again} ${t('again')}</button>`}`}
      </div>
      <${Hitches} session=${session} />
    </section>`;
}

/** What went wrong on the way, without ending the search. @param {{session: Session | null}} props */
function Hitches({ session }) {
  const lines = hitches(session?.problems ?? [], session?.spent.queries ?? 0);
  return html`${lines.filter(({ code }) => code !== session?.problem?.code).map(({ code, text }) => html`
    <p class="minor" key=${code} data-code=${code}>${icons.warning}<span>${text}</span></p>`)}`;
}

/** @param {{session: Session | null}} props */
function Classes({ session }) {
  if (!session?.classes) return null;
  return html`
    <section>
      <h2>${t('classes_heading')}</h2>
      <ul class="chips" id="classes">
        ${session.classes.slice(0, SHOWN_CLASSES).map(({ name, probability }, i) => html`
          <li key=${i} class="chip"><i style=${{ width: `${probability * 100}%` }}></i><span>${name}</span> <b>${formatPercent(probability)}</b></li>`)}
      </ul>
    </section>`;
}

/** @param {{session: Session | null}} props */
function Tags({ session }) {
  if (!session?.tags.length) return null;
  const best = Math.max(...session.tags.map(({ mean }) => mean), Number.EPSILON);
  return html`
    <section>
      <h2 title=${t('tags_title')}>${t('tags_heading')}</h2>
      <ol class="tags" id="tags">
        ${session.tags.slice(0, SHOWN_TAGS).map(({ tag, mean, count }) => html`
          <li key=${tag} title=${tn('tag_count', count)}>
            <i style=${{ transform: `scaleX(${Math.max(0, mean / best)})` }}></i><span>${tag}</span><b>${formatScore(mean)}</b>
          </li>`)}
      </ol>
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

const FORMATS = /** @type {const} */ ([['html', 'text/html', asHtml], ['csv', 'text/csv', asCsv], ['json', 'application/json', asJson]]);

/** The results as files. They are made when the user asks for them. @param {{session: Session | null}} props */
function Save({ session }) {
  const [open, setOpen] = useState(false);
  if (!session?.scored.length) return null;
  const name = `clear-${new Date(session.created).toISOString().slice(0, 16).replace(':', '.')}`;
  return html`
    <details class="asked" id="save" onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}>
      <summary>${icons.save} ${t('save_heading')}</summary>
      ${open && html`<p class="formats">${FORMATS.map(([ending, type, make]) => html`
        <a class="button" download=${`${name}.${ending}`} href=${`data:${type};charset=utf-8,${encodeURIComponent(make(session))}`}>${ending.toUpperCase()}</a>`)}</p>`}
    </details>`;
}
