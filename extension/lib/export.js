// @ts-check
/** The photos that were found as a file: for people, for programs, for a spreadsheet. Each with who made it. */
import { formatArm, formatScore, licenseName, serviceName, t } from './i18n.js';
import { licenseLink, pageLink, thumbnailLink } from './links.js';
import { isFlickr, isService } from './services.js';
import { ranked } from './session.js';

/** @typedef {import('../types').Session} Session */

const COLUMNS = ['score', 'found_by', 'service', 'title', 'owner', 'license', 'license_url', 'page_url', 'thumbnail_url', 'tags'];

/** @param {Session} session */
const rows = (session) => ranked(session.scored, session.order).map(({ photo, score, tag }) => ({
  score, found_by: formatArm(tag), service: isService(photo.service) ? serviceName(photo.service) : '', licensed: licenseName(photo), title: photo.title, owner: photo.owner, license: photo.license,
  license_url: licenseLink(photo) ?? null, page_url: pageLink(photo) ?? null, thumbnail_url: thumbnailLink(photo) ?? null,
  tags: photo.tags,
}));

/** What has to be said of the photos. @param {Session} session */
const noticeOf = ({ scored }) => (scored.some(({ photo }) => isFlickr(photo.service)) ? t('flickr_notice') : '');

/** @param {Session} session */
export function asJson(session) {
  const { created, classes, spent } = session;
  const notice = noticeOf(session);
  return JSON.stringify({ created: new Date(created).toISOString(), notice, classes, spent, photos: rows(session).map(({ licensed, ...row }) => row) }, null, 2);
}

/**
 * RFC 4180, for spreadsheets: a cell that one of them would take for a formula begins with an apostrophe.
 * @param {Session} session
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function asCsv(session) {
  const cell = (/** @type {unknown} */ value) => {
    const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
    const harmless = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const lines = rows(session).map((row) => COLUMNS.map((name) => cell(/** @type {any} */ (row)[name])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

const STYLE = `:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
ol { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .5rem; }
small { opacity: .8; overflow-wrap: anywhere; }`;
const SHOWN = 30; // Flickr's terms: at most so many of its photos on a page

/** A page that needs nothing but a browser. Built as a document, so that strangers' texts stay texts. @param {Session} session */
export function asHtml(session) {
  const page = document.implementation.createHTMLDocument(t('results_heading'));
  /**
   * @param {Element} parent
   * @param {string} name
   * @param {Record<string, string>} attributes
   * @param {string} [text]
   */
  const add = (parent, name, attributes, text) => {
    const element = parent.appendChild(page.createElement(name));
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  page.documentElement.lang = document.documentElement.lang;
  page.documentElement.dir = document.documentElement.dir;
  add(page.head, 'meta', { charset: 'utf-8' });
  add(page.head, 'meta', { name: 'referrer', content: 'no-referrer' });
  add(page.head, 'meta', { name: 'viewport', content: 'width=device-width' });
  add(page.body, 'h1', {}, t('results_heading'));
  const all = rows(session);
  if (all.length > SHOWN) add(page.body, 'div', {}, t('export_shown', { shown: SHOWN, count: all.length }));
  const list = add(page.body, 'ol', {});
  for (const row of all.slice(0, SHOWN)) {
    const item = add(list, 'li', {});
    const link = add(item, 'a', { rel: 'noopener noreferrer', ...(row.page_url && { href: row.page_url }) });
    if (row.thumbnail_url) add(link, 'img', { src: row.thumbnail_url, alt: '', loading: 'lazy' });
    add(link, 'div', { dir: 'auto' }, row.title || t('untitled'));
    const facts = add(item, 'small', { dir: 'auto' }, `${row.owner} · `);
    if (row.license_url) add(facts, 'a', { rel: 'license noopener noreferrer', href: row.license_url }, row.licensed);
    else facts.append(row.licensed);
    facts.append(` · ${formatScore(row.score)} · ${row.found_by}`);
  }
  add(page.body, 'footer', {}, noticeOf(session));
  // The style only now: this page's own policy would complain of it.
  return `<!doctype html>\n${page.documentElement.outerHTML.replace('</head>', `<style>\n${STYLE}\n</style></head>`)}\n`;
}
