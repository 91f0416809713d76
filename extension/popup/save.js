// @ts-check
import { asCsv, asHtml, asJson } from '../lib/export.js';
import { t } from '../lib/i18n.js';
import { html, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

const FORMATS = /** @type {const} */ ([['html', 'text/html', asHtml], ['csv', 'text/csv', asCsv], ['json', 'application/json', asJson]]);

/** The results as files. They are made when the user asks for them. @param {{session: import('../types').Session | null}} props */
export function Save({ session }) {
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
