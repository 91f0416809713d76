// @ts-check
/** The photos of the last search in the order of the score that is shown. */
import { pictureOf } from '../lib/address.js';
import { formatScore, t, tn } from '../lib/i18n.js';
import { isPrivateWindow } from '../lib/browser.js';
import { pageLink } from '../lib/links.js';
import { keyOf } from '../lib/session.js';
import { usePicture } from '../lib/use-picture.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { chooseOther } from './score-given.js';

const isPrivate = await isPrivateWindow();
const SHOWN = 30; // Flickr allows no more of its photos on a page

/** @param {{settings: import('../types').Settings, count: number, ranking: import('./score.js').Ranking | null, onGiven: () => void}} props */
export function Preview({ settings, count, ranking, onGiven }) {
  if (count === 0) return html`<p class="muted" id="score-preview-none">${t('options_score_preview_none')}</p>`;
  const unlike = async (/** @type {import('../types').Photo} */ photo) => {
    await chooseOther(await pictureOf(photo, isPrivate), settings.model).catch(console.warn);
    dispatchEvent(new Event('clear-other'));
    onGiven();
  };
  const milliseconds = Math.max(1, Math.round(ranking?.ms ?? 0));
  return html`
    <h3>${t('options_score_preview')}</h3>
    <p class="muted" role="status" id="score-ranked" data-ms=${milliseconds}>${ranking
      ? tn('options_score_ranked', ranking.ranked.length, { milliseconds })
      : t('status_starting')}</p>
    <ol class="preview" id="score-preview">
      ${ranking?.ranked.slice(0, SHOWN).map(({ photo, score }) => html`
        <${Item} key=${keyOf(photo)} photo=${photo} score=${score} onUnlike=${ranking.needs.includes('other') && (() => unlike(photo))} />`)}
    </ol>`;
}

/** @param {{photo: import('../types').Photo, score: number, onUnlike: false | (() => void)}} props */
function Item({ photo, score, onUnlike }) {
  const [lost, setLost] = useState(false);
  const file = usePicture(photo, isPrivate, () => setLost(true));
  const title = photo.title.trim() || t('untitled');
  return html`
    <li data-photo=${photo.id} data-score=${score}>
      <a href=${pageLink(photo)} target="_blank" rel="noopener noreferrer" title=${title}>
        ${file && !lost ? html`<img src=${file} alt=${title} decoding="async" />` : html`<span class="blank">${title}</span>`}</a>
      <b>${formatScore(score)}</b><span class="owner" dir="auto">${photo.owner}</span>
      ${onUnlike && html`<button class="button unlike" onClick=${onUnlike}>${t('options_score_unlike')}</button>`}
    </li>`;
}
