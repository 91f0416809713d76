// @ts-check
/**
 * A picture by its address. Beyond the photo services the extension reads no site by itself, so the user is asked, for
 * this site and this once.
 */
import { api } from './browser.js';
import { captureOpened } from './capture.js';
import { blobFromDataUrl } from './data-url.js';
import { fallbackLink, largerLinks, thumbnailLink } from './links.js';
import { copyOf } from './folder.js';
import { serviceName } from './i18n.js';
import { isService } from './services.js';

/** `problem` says why there is no picture. */
export class AddressError extends Error {
  /** @param {string} code @param {import('../types').Problem['params']} [params] */
  constructor(code, params = {}) {
    super(code);
    /** @type {import('../types').Problem} */
    this.problem = { code, params };
  }
}

const LOAD_TIMEOUT_MS = 20_000;

/** @param {string} address @throws {AddressError} */
function parse(address) {
  try {
    const url = new URL(address.trim());
    if (['https:', 'http:', 'data:'].includes(url.protocol)) return url;
  } catch {
    // falls through
  }
  throw new AddressError('address_bad');
}

/** The site that an address leads to, as people say it; '' for a `data:` address or none. @param {string} address */
export function siteOf(address) {
  try {
    return parse(address).hostname;
  } catch {
    return '';
  }
}

/**
 * To be called in the user's gesture, outside of a popup: the browser's question would close it.
 * @param {string} address https:, http: or data:
 * @returns {Promise<Blob>}
 * @throws {AddressError}
 */
export async function pictureAt(address) {
  const url = parse(address);
  if (url.protocol === 'data:') {
    try {
      return blobFromDataUrl(url.href);
    } catch {
      throw new AddressError('address_bad');
    }
  }
  const access = { origins: [`${url.protocol}//${url.hostname}/*`] };
  const had = api.permissions.contains(access);
  if (!await api.permissions.request(access)) throw new AddressError('address_refused', { site: url.hostname });
  try {
    const picture = await loadInTab(url.href);
    if (!picture) throw new AddressError('address_no_picture');
    return picture;
  } finally {
    if (!await had) await api.permissions.remove(access);
  }
}

/**
 * The picture of a photo that was found, asked for without cookies: an `<img>` that names the address would send them.
 * @param {import('../types').Photo} photo
 * @param {boolean} isPrivate in a private window: it may not come to the disk
 * @param {string} [larger] letters of sizes to try before the thumbnail (links.js)
 * @returns {Promise<Blob>}
 * @throws {AddressError}
 */
export async function pictureOf(photo, isPrivate, larger = '') {
  if (photo.service === 'folder') {
    const copy = await copyOf(photo.id);
    if (copy) return copy;
  }
  const cache = isPrivate ? 'no-store' : 'default'; // the engine has asked for it already
  for (const link of [...largerLinks(photo, larger), thumbnailLink(photo), fallbackLink(photo)]) {
    const answer = link && await fetch(link, { credentials: 'omit', referrerPolicy: 'no-referrer', cache }).catch(() => null);
    if (answer && answer.ok) return answer.blob();
  }
  throw new AddressError('photo_gone', { service: isService(photo.service) ? serviceName(photo.service) : '' });
}

/**
 * Opens the address behind the page and reads the picture there: the extension's own content security policy lets its
 * pages talk to the photo services and to nobody else, and shall go on doing so.
 * @param {string} url
 */
async function loadInTab(url) {
  const { id } = await api.tabs.create({ url, active: false });
  if (id === undefined) return null;
  try {
    const tab = await loaded(id);
    return tab && await captureOpened(tab);
  } finally {
    await api.tabs.remove(id).catch(() => {}); // the user may have closed it
  }
}

/** A tab once it is loaded; null if it is closed or takes too long. @param {number} id */
async function loaded(id) {
  for (const end = performance.now() + LOAD_TIMEOUT_MS; performance.now() < end;) {
    const tab = await api.tabs.get(id).catch(() => null);
    if (!tab || (tab.status === 'complete' && !tab.pendingUrl)) return tab;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return null;
}
