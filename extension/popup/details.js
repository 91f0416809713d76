// @ts-check
/** One photo, large, with all that is known of it. */
import { formatArm, formatNumber, formatScore, licenseName, t } from '../lib/i18n.js';
import { licenseLink, pageLink } from '../lib/links.js';
import { placeOf } from '../lib/services.js';
import { usePicture } from '../lib/use-picture.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/js/preact.mjs';
import { CopyAttribution } from './copy.js';
import { focusSoon } from './focus.js';
import { icons } from './icons.js';
import { MarkButtons } from './mark.js';
import { titleOf, useSharpness } from './photo.js';
import { Said } from './said.js';
import { beginFrom } from './ways.js';

/** @typedef {import('../types').Scored} Scored */

const THUMBNAIL = 640; // pixels: a photo said to be no larger may be known by its thumbnail only

/**
 * @param {{
 *   store: import('./store.js').Store, results: Scored[], id: string, show: (photo: string | null) => void,
 *   setTag: (tag: string) => void,
 * }} props   id: of the photo; show: another one, or none; setTag: narrows the grid down to a tag
 */
export function Details({ store, results, id, show, setTag }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const place = results.findIndex(({ photo }) => photo.id === id);
  const scored = results[place];
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.focus(); // so that its name is read, and no button is pressed by the next Enter
  }, []);
  useEffect(() => {
    if (scored) return;
    show(null); // its tag was excluded
    focusSoon('#undo-never');
  }, [!scored]);
  if (!scored) return null;
  const { photo } = scored;
  const page = pageLink(photo);
  const title = titleOf(photo, t('untitled'));
  const beside = (/** @type {number} */ step) => results[place + step]?.photo.id;
  const go = (/** @type {number} */ step) => { if (beside(step)) show(beside(step)); }; // or else it stays; and so does the focus
  const close = () => {
    dialog.current?.close();
    show(null);
    // To the photo that was looked at last, which need not be the one that was opened.
    focusSoon(`[data-photo="${CSS.escape(id)}"] .open`);
  };
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const forwards = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const step = ['ArrowLeft', 'ArrowRight'].includes(event.key);
    if (event.key === 'Escape') close();
    else if (step) go(event.key === forwards ? 1 : -1);
    else return;
    event.preventDefault(); // or else a popup closes with its dialogue
  };
  return html`
    <dialog class="details" ref=${dialog} tabindex="-1" aria-labelledby="details-title" onKeyDown=${pressed} onCancel=${(/** @type {Event} */ event) => { event.preventDefault(); close(); }}
      onClick=${(/** @type {Event} */ event) => { if (event.target === dialog.current) close(); }}>
      <${Large} key=${id} photo=${photo} title=${title} isPrivate=${store.view.isPrivate} />
      <div class="about">
        <div class="about-head">
          <button class="button round" id="details-previous" aria-disabled=${!beside(-1)} title=${t('photo_previous')} aria-label=${t('photo_previous')} onClick=${() => go(-1)}>${icons.back}</button>
          <button class="button round" id="details-next" aria-disabled=${!beside(1)} title=${t('photo_next')} aria-label=${t('photo_next')} onClick=${() => go(1)}>${icons.onward}</button>
          <span class="push"></span>
          <button class="button round" id="details-close" title=${t('close')} aria-label=${t('close')} onClick=${close}>${icons.close}</button>
        </div>
        <h2 id="details-title" dir="auto">${title}</h2>
        <${Facts} scored=${scored} />
        <div class="about-actions">
          ${page && html`<a class="button primary" href=${page} target="_blank" rel="noopener noreferrer">${icons.tab} ${t('photo_open', { service: placeOf(photo.service).title })}</a>`}
          <button class="button" id="details-search" onClick=${() => beginFrom(store, photo)}>${icons.picture} ${t('search_from')}</button>
          <${CopyAttribution} photo=${photo} title=${title} named=${true} />
          ${store.view.session && html`<${MarkButtons} sessionId=${store.view.session.id} photo=${photo} title=${title} />`}
        </div>
        ${photo.tags.length > 0 && html`
          <h3>${t('photo_tags')}</h3>
          <ul class="photo-tags">${photo.tags.map((tag) => html`
            <li key=${tag}>
              <button class="only" title=${t('tag_only')} dir="auto" onClick=${() => { setTag(tag); close(); }}>${tag}</button>
              <button class="never" title=${t('tag_never')} aria-label=${t('tag_never_named', { tag })} onClick=${() => store.exclude(tag)}>${icons.never}</button>
            </li>`)}
          </ul>`}
      </div>
      <${Said} />
    </dialog>`;
}

/** @param {{scored: Scored}} props */
function Facts({ scored: { photo, score, tag } }) {
  const license = licenseLink(photo);
  return html`
    <dl class="photo-facts">
      <div><dt>${t('photo_owner')}</dt><dd dir="auto">${photo.owner}</dd></div>
      <div><dt>${t('photo_license')}</dt><dd>${license
        ? html`<a href=${license} target="_blank" rel="noopener noreferrer license">${photo.license}</a>` : licenseName(photo)}</dd></div>
      <div><dt>${t('score_label')}</dt><dd>${formatScore(score)} <span class="muted">${t('path_found', { tag: formatArm(tag) })}</span></dd></div>
      ${photo.width && photo.height && Math.max(photo.width, photo.height) > THUMBNAIL && html`<div><dt>${t('photo_size')}</dt><dd>${formatNumber(photo.width)} × ${formatNumber(photo.height)}</dd></div>`}
    </dl>`;
}

/** The largest file there is; the thumbnail until it has come. @param {{photo: import('../types').Photo, title: string, isPrivate: boolean}} props */
function Large({ photo, title, isPrivate }) {
  const small = usePicture(photo, isPrivate, () => {}, useSharpness());
  const [lost, setLost] = useState(false);
  const full = usePicture(photo, isPrivate, () => setLost(true), 'bz');
  const [there, setThere] = useState(false);
  return html`
    <div class=${`large ${there ? 'there' : ''}`}>
      ${small && html`<img class="small" src=${small} alt=${there ? '' : title} />`}
      ${full && html`<img class="full" src=${full} alt=${there ? title : ''} onLoad=${() => setThere(true)} onError=${() => setLost(true)} />`}
      ${lost && !small && html`<p class="large-lost" role="alert">${icons.picture} ${t('photo_lost')}</p>`}
    </div>`;
}
