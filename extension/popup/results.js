// @ts-check
/** The right column: what went wrong, what was found, and how to narrow it down. */
import { api } from '../lib/browser.js';
import { passing } from '../lib/filters.js';
import { sentence, serviceName, t } from '../lib/i18n.js';
import { ranked } from '../lib/session.js';
import { carries, tagKey } from '../lib/tags.js';
import { html, useEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { Details } from './details.js';
import { FilterBar, NonePasses } from './filterbar.js';
import { Grid } from './grid.js';
import { icons } from './icons.js';
import { remedyFor } from './remedy.js';
import { say } from './said.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('../lib/filters.js').Filter} Filter */

const SLOW_MS = 10_000;

/** Are photos of some dates only asked for? @param {View} view */
const asksForDates = ({ service, days }) => service === 'flickr' && days !== null;

/** @param {{store: Store, view: View, filter: Filter, setFilter: (filter: Filter) => void}} props */
export function Results({ store, view, filter, setFilter }) {
  const [open, setOpen] = useState(/** @type {string | null} */ (null));
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { // what passes begins at the top, which may be out of sight
    section.current?.scrollTo({ top: 0 });
    if (section.current && section.current.getBoundingClientRect().top < 0) section.current.scrollIntoView();
  }, [filter]);
  const { session, page, engine, excluded } = view;
  const running = page === 'capturing' || engine !== 'idle';
  const refused = new Set(excluded.map(tagKey));
  const found = ranked(session?.scored ?? [], session?.order).filter(({ photo }) => !carries(photo, refused));
  const top = Math.max(0, ...found.map(({ score }) => score));
  const shown = passing(found, filter, top);
  const dated = asksForDates(view);
  const alone = Boolean(session?.problem) && !found.length; // then the notice takes all the room there is
  const bar = session && (!session.problem || found.length > 0 || dated) && html`<${FilterBar} store=${store} view=${view} filter=${filter} setFilter=${setFilter} top=${top} shown=${shown.length} count=${found.length} running=${running} />`;
  return html`
    <section class="results" ref=${section} aria-label=${t('results_heading')}>
      ${alone && bar}
      <${Notices} store=${store} view=${view} />
      ${!alone && bar}
      ${running && !found.length && html`<${Boot} view=${view} />`}
      ${found.length > 0 && !shown.length && html`<${NonePasses} filter=${filter} setFilter=${setFilter} results=${found} />`}
      ${shown.length || (running && !found.length)
        ? html`<${Grid} store=${store} results=${shown} top=${top} running=${running} open=${setOpen} />`
        : !found.length && html`<${Nothing} session=${session} />`}
      ${open !== null && html`<${Details} store=${store} results=${shown} id=${open} show=${setOpen} setTag=${(/** @type {string} */ tag) => setFilter({ ...filter, tag })} />`}
    </section>`;
}

/** Nothing was found yet, and nothing went wrong. @param {{session: View['session']}} props */
function Nothing({ session }) {
  if (session?.problem) return null; // the notice above says it
  return html`<div class="nothing">${icons.none}<p>${t('nothing_yet')}</p></div>`;
}

/** What the browser is doing until the first photo comes. @param {{view: View}} props */
function Boot({ view: { page, engine, booted, session } }) {
  const at = page === 'capturing' ? 0 : !booted && engine === 'starting' ? 1 : session?.classes ? 3 : 2;
  const steps = ['status_capturing', 'boot_engine', 'boot_looking', 'boot_asking'];
  if (engine === 'elsewhere') return null;
  return html`
    <ol class="boot" aria-label=${t('boot_heading')}>
      ${steps.slice(page === 'capturing' ? 0 : 1).map((step) => {
        const state = steps.indexOf(step) < at ? 'done' : steps.indexOf(step) === at ? 'now' : 'later';
        return html`<li key=${step} class=${state} aria-current=${state === 'now' ? 'step' : undefined}><i>${state === 'done' && icons.done}</i>${t(step)}</li>`;
      })}
    </ol>`;
}

/** What went wrong, in sentences, with what can be done about it. @param {{store: Store, view: View}} props */
function Notices({ store, view }) {
  const { session, access, refused, engine, service } = view;
  const slow = useSlow(engine === 'starting' || engine === 'running', session?.scored.length ?? 0);
  const problem = session?.problem;
  useEffect(() => { if (refused) say(t('tag_never_done', { tag: refused })); }, [refused]);
  useEffect(() => { if (slow) say(t('status_slow')); }, [slow]);
  const remedy = remedyFor(problem, asksForDates(view));
  return html`
    ${!access && html`
      <div class="notice" role="alert">${icons.warning}<p>${t('access_needed', { service: serviceName(service) })}</p>
        <button class="button" onClick=${() => store.grantAccess()}>${t('access_grant')}</button></div>`}
    ${problem && html`
      <div class=${session?.scored.length ? 'notice bad' : 'failure'} id="problem" data-code=${problem.code} role="alert">${icons.warning}<p>${remedy === 'any_date' ? t('filter_uploaded_nothing', { service: serviceName(service) }) : sentence(problem)}</p>
        ${remedy === 'any_date' && html`<button class="button primary" id="any-date" onClick=${() => store.uploadedWithin(null)}>${t('filter_uploaded_any')}</button>`}
        ${remedy === 'settings' && html`<button class="button primary" onClick=${() => api.runtime.openOptionsPage()}>${t('settings')}</button>`}
        ${(remedy === 'other_picture' || remedy === 'any_date') && html`<button class=${`button ${remedy === 'any_date' ? '' : 'primary'}`} onClick=${() => store.startOver()}>${icons.picture} ${t('choose_another')}</button>`}</div>`}
    ${refused && html`
      <div class="notice good" id="refused">${icons.never}<p>${t('tag_never_done', { tag: refused })}</p>
        <button class="button" id="undo-never" onClick=${() => store.allow(refused)}>${t('undo')}</button></div>`}
    ${slow && !problem && html`<div class="notice" id="slow">${icons.clock}<p>${t('status_slow')}</p></div>`}`;
}

/** Has nothing come for long? @param {boolean} running @param {number} count of what has come */
function useSlow(running, count) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!running) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [running, count]);
  return slow;
}
