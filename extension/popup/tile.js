// @ts-check
import { formatArm, formatScore, licenseName, t } from '../lib/i18n.js';
import { licenseLink, pageLink } from '../lib/links.js';
import { armKeys } from '../lib/tags.js';
import { Component, html } from '../vendor/js/preact.mjs';
import { CopyAttribution } from './copy.js';
import { icons } from './icons.js';
import { MarkButtons } from './mark.js';
import { Shot, titleOf } from './photo.js';
import { beginFrom } from './ways.js';

/**
 * One photo that was found. Everything a stranger wrote is set as text.
 * @typedef {{
 *   store: import('./store.js').Store, scored: import('../types').Scored, top: number, tabbed: boolean,
 *   open: (photo: string) => void,
 * }} TileProps   top: the best score, for the bar; tabbed: does the Tab key lead here? (arrow keys lead to the others)
 * @extends {Component<TileProps>}
 */
export class Tile extends Component {
  /** When the page is painted anew most of its photos are the same. @param {Readonly<TileProps>} next */
  shouldComponentUpdate(next) {
    return /** @type {(keyof TileProps)[]} */ (Object.keys(next)).some((name) => next[name] !== this.props[name]);
  }

  /** @param {Readonly<TileProps>} props */
  render({ store, scored, top, tabbed, open }) {
    const { photo, score } = scored;
    const tag = formatArm(scored.tag);
    const page = pageLink(photo);
    const license = licenseLink(photo);
    const title = titleOf(photo, t('untitled'));
    const ratio = top > 0 ? Math.max(0, Math.min(1, score / top)) : 1;
    const tabindex = tabbed ? 0 : -1;
    return html`
      <li class="tile" data-photo=${photo.id} data-score=${score} data-tags=${armKeys(scored.tag).join(' ')}>
        <${Shot} photo=${photo} isPrivate=${store.view.isPrivate}>
          <p class="facts">
            <b class="score" title=${t('score_title')}><span class="hidden-text">${t('score_label')} </span>${formatScore(score)}</b>
            <span class="found-by" title=${t('found_by', { tag })}>${icons.tag}<span class="hidden-text">${t('found_by', { tag })}</span><span class="name" aria-hidden="true" dir="auto">${tag}</span></span>
          </p>
          <i class="match" style=${{ transform: `scaleX(${ratio})` }}></i>
        <//>
        <button class="open" tabindex=${tabindex} aria-label=${t('photo_show', { title })} onClick=${() => open(photo.id)}></button>
        <h3 class="title"><a href=${page} tabindex=${tabindex} target="_blank" rel="noopener noreferrer" title=${title} dir="auto">${title}</a></h3>
        <p class="owner" dir="auto" title=${photo.owner}>${photo.owner}</p>
        <div class="more">
          <button class="button round" tabindex=${tabindex} title=${t('search_from')} aria-label=${t('search_from_title', { title })} onClick=${() => beginFrom(store, photo)}>${icons.picture}</button>
          ${store.view.session && html`<${MarkButtons} sessionId=${store.view.session.id} photo=${photo} title=${title} tabindex=${tabindex} />`}
          <${CopyAttribution} photo=${photo} title=${title} tabindex=${tabindex} />
        </div>
        <p class="license">${license
          ? html`<a href=${license} tabindex=${tabindex} target="_blank" rel="noopener noreferrer license">${photo.license}</a>`
          : licenseName(photo)}</p>
      </li>`;
  }
}
