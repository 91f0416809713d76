// @ts-check
/** How far the search is, how long it will take, and the buttons that steer it. */
import { hitches } from '../lib/hitches.js';
import { formatNumber, serviceName, t, tn } from '../lib/i18n.js';
import { html } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { Quota } from './quota.js';
import { remedyFor } from './remedy.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./view.js').View} View */

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

const TELLS = 0.1; // of the budget: what is to be said of the rest before that is a guess

/**
 * Seconds that the rest will take if it goes on like this, not too exactly; 0: cannot be said yet.
 * @param {number} share of the budget that is spent
 * @param {number} seconds spent
 */
function secondsLeft(share, seconds) {
  if (share < TELLS) return 0;
  const left = seconds * (1 - share) / share;
  return left > 10 ? Math.ceil(left / 5) * 5 : Math.ceil(left);
}

/** @param {{store: Store, view: View}} props */
export function Progress({ store, view }) {
  const { session, engine, page } = view;
  const spent = session?.spent ?? { queries: 0, photos: 0, seconds: 0 };
  const budget = session?.budget;
  const share = budget
    ? Math.min(1, Math.max(spent.queries / budget.queries, spent.photos / budget.photos, spent.seconds / budget.seconds))
    : 0;
  const waiting = page === 'capturing' || engine === 'starting';
  const done = engine === 'idle' && session?.ended && session.ended !== 'failed';
  const text = statusText(view);
  // Photos are what a search usually ends by; the questions are asked ahead of them.
  const left = engine === 'running' && budget ? secondsLeft(Math.max(spent.photos / budget.photos, spent.seconds / budget.seconds), spent.seconds) : 0;
  return html`
    <section class="progress" data-search=${session?.id ?? ''} data-state=${engine} data-ended=${session?.ended ?? ''}>
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
      ${session && (left > 0 ? html`<p class="quota" id="time-left">${icons.clock} ${tn('time_left', left)}</p>` : html`<${Quota} service=${view.service} asked=${engine === 'idle' ? spent.queries : 0} />`)}
      <div class="actions"><${Actions} store=${store} view=${view} /></div>
      <${Hitches} session=${session} />
    </section>`;
}

/** @param {{store: Store, view: View}} props */
function Actions({ store, view: { engine, session } }) {
  if (engine === 'starting' || engine === 'running' || engine === 'stopping') {
    return html`
      <button class="button" key="stop" id="stop" aria-disabled=${engine === 'stopping' || Boolean(session?.ended)} onClick=${() => store.stop()}>${icons.stop} ${t('stop')}</button>`;
  }
  if (engine !== 'idle' || !session) return null;
  const { ended, problem } = session;
  return html`
    ${ended !== 'exhausted' && ended !== 'failed' && html`
      <button class="button primary" key="go-on" id="go-on" title=${t('go_on_title')} onClick=${() => store.goOn()}>${icons.onward} ${t('go_on')}</button>`}
    ${ended === 'failed'
      ? !problem?.code.startsWith('picture_') && html`<button class=${`button ${remedyFor(problem) ? '' : 'primary'}`} key="try-again" id="try-again" onClick=${() => store.goOn()}>${icons.again} ${t('try_again')}</button>`
      : html`<button class=${`button ${ended === 'exhausted' ? 'primary' : ''}`} key="again" id="again" title=${t('again_title')} onClick=${() => store.again()}>${icons.again} ${t('again')}</button>`}`;
}

/** What went wrong on the way, without ending the search. @param {{session: Session | null}} props */
function Hitches({ session }) {
  const lines = hitches(session?.problems ?? [], session?.spent.queries ?? 0);
  return html`${lines.filter(({ code }) => code !== session?.problem?.code).map(({ code, text }) => html`
    <p class="minor" key=${code} data-code=${code}>${icons.warning}<span>${text}</span></p>`)}`;
}
