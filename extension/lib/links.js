// @ts-check
/** Addresses come from strangers' answers: only https links into the places named in services.js are followed or shown. */
import { placeOf } from './services.js';

const LICENSES = ['https://creativecommons.org/', 'https://www.flickr.com/commons/', 'https://www.usa.gov/'];

/** @param {string | null} url @param {string[]} places @returns {string | undefined} */
function only(url, places) {
  if (!url || !URL.canParse(url)) return undefined;
  const { href } = new URL(url); // as the browser will read it: no user, no port, no dots can hide in front of the place
  return places.some((place) => place !== '' && href.startsWith(place)) ? href : undefined;
}

/** @param {import('../types').Photo} photo */
export const pageLink = (photo) => only(photo.page_url, [placeOf(photo.service).pages]);
/** @param {import('../types').Photo} photo */
export const thumbnailLink = (photo) => only(photo.thumbnail_url, placeOf(photo.service).pictures);
/** A smaller file, for when the thumbnail is not there. @param {import('../types').Photo} photo */
export const fallbackLink = (photo) => only(photo.fallback_url, placeOf(photo.service).pictures);
/** @param {import('../types').Photo} photo */
export const licenseLink = (photo) => only(photo.license_url, LICENSES);

const FLICKR_FILE = /^(https:\/\/live\.staticflickr\.com\/\d+\/\d+_[0-9a-f]+)(?:_[mntqs])?\.jpg$/;

/**
 * Larger files of the same photo, the largest first; there need not be any. Flickr names files by their size: `_z` has
 * 640 pixels on its longer side, `_b` 1,024. https://www.flickr.com/services/api/misc.urls.html
 * @param {import('../types').Photo} photo
 * @param {string} sizes letters
 */
export function largerLinks(photo, sizes) {
  const [, stem] = FLICKR_FILE.exec(thumbnailLink(photo) ?? '') ?? [];
  return stem ? [...sizes].map((size) => `${stem}_${size}.jpg`) : [];
}
