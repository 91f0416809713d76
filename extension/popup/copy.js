// @ts-check
import { licenseName, t } from '../lib/i18n.js';
import { pageLink } from '../lib/links.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';
import { say } from './said.js';

const COPIED_MS = 1500;

/**
 * Who made a photo and under which licence, for the clipboard.
 * @param {{photo: import('../types').Photo, title: string, named?: boolean, tabindex?: number}} props   named: with its name beside the icon
 */
export function CopyAttribution({ photo, title, named = false, tabindex = 0 }) {
  const [copied, setCopied] = useState(false);
  const license = licenseName(photo);
  const copy = async () => {
    await navigator.clipboard.writeText(t('attribution', { title, owner: photo.owner, license, page: pageLink(photo) ?? '' }));
    setCopied(true);
    say(t('copied'));
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const label = t(copied ? 'copied' : 'copy_attribution');
  const icon = copied ? icons.done : icons.copy;
  return named
    ? html`<button class="button" onClick=${copy}>${icon} ${label}</button>`
    : html`<button class="button round" tabindex=${tabindex} title=${label} aria-label=${label} onClick=${copy}>${icon}</button>`;
}
