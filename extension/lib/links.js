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
