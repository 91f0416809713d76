// @ts-check
import { formatArm, formatScore, licenseName, t } from '../lib/i18n.js';
import { licenseLink, pageLink } from '../lib/links.js';
import { usePicture } from '../lib/use-picture.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { MarkButtons } from './mark.js';

/**
 * One photo that was found. Everything a stranger wrote is set as text.
 * @param {{store: import('./store.js').Store, scored: import('../types').Scored, top: number}} props   top: the best score, for the bar
 */
export function Tile({ store, scored, top }) {
  const { photo, score } = scored;
  const tag = formatArm(scored.tag);
  const [state, setState] = useState('loading');
  const page = pageLink(photo);
  const file = usePicture(photo, store.isPrivate, () => setState('lost'));
  const license = licenseLink(photo);
  const title = photo.title.trim() || t('untitled');
  const ratio = top > 0 ? Math.max(0, Math.min(1, score / top)) : 1;
  return html`
    <li class="tile" data-photo=${photo.id} data-score=${score}>
      <div class=${`shot ${state}`}>
        ${file && state !== 'lost' && html`
          <img src=${file} alt="" decoding="async" draggable=${false} onLoad=${() => setState('there')} onError=${() => setState('lost')} />`}
        ${state === 'lost' && html`<span class="no-preview">${icons.picture}</span>`}
        <p class="facts">
          <b class="score" title=${t('score_title')}><span class="hidden-text">${t('score_label')} </span>${formatScore(score)}</b>
          <span class="found-by" title=${t('found_by', { tag })}>${icons.tag}<span class="hidden-text">${t('found_by', { tag })}</span><span class="name" aria-hidden="true" dir="auto">${tag}</span></span>
        </p>
        <i class="match" style=${{ transform: `scaleX(${ratio})` }}></i>
      </div>
      <h3 class="title"><a href=${page} target="_blank" rel="noopener noreferrer" title=${title} dir="auto">${title}</a></h3>
      <p class="owner" dir="auto" title=${photo.owner}>${photo.owner}</p>
      <div class="more">
        <button class="button round" title=${t('search_from')} aria-label=${t('search_from_title', { title })} onClick=${() => store.beginFrom(photo)}>${icons.picture}</button>
        <${CopyAttribution} photo=${photo} title=${title} />
        ${store.view.session && html`<${MarkButtons} sessionId=${store.view.session.id} photo=${photo} title=${title} />`}
      </div>
      <p class="license">${license
        ? html`<a href=${license} target="_blank" rel="noopener noreferrer license">${photo.license}</a>`
        : licenseName(photo)}</p>
    </li>`;
}

const COPIED_MS = 1500;

/** Who made a photo and under which licence, for the clipboard. @param {{photo: import('../types').Photo, title: string}} props */
function CopyAttribution({ photo, title }) {
  const [copied, setCopied] = useState(false);
  const license = licenseName(photo);
  const copy = async () => {
    await navigator.clipboard.writeText(t('attribution', { title, owner: photo.owner, license, page: pageLink(photo) ?? '' }));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const label = t(copied ? 'copied' : 'copy_attribution');
  return html`<button class="button round" title=${label} aria-label=${label} onClick=${copy}>${copied ? icons.done : icons.copy}</button>`;
}
