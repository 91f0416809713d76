// @ts-check
/** Addresses come from strangers' answers: only https links to the hosts named here are followed or shown. */

const PAGE_HOSTS = ['www.flickr.com'];
const PICTURE_HOSTS = ['live.staticflickr.com'];
const LICENSE_HOSTS = ['creativecommons.org', 'www.flickr.com', 'www.usa.gov'];

/** @param {string | null} url @param {string[]} hosts @returns {string | undefined} */
function only(url, hosts) {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, hostname, username, port, href } = new URL(url);
  return protocol === 'https:' && !username && !port && hosts.includes(hostname) ? href : undefined;
}

/** @param {import('../types').Photo} photo */
export const pageLink = (photo) => only(photo.page_url, PAGE_HOSTS);
/** @param {import('../types').Photo} photo */
export const thumbnailLink = (photo) => only(photo.thumbnail_url, PICTURE_HOSTS);
/** A smaller file, for when the thumbnail is not there. @param {import('../types').Photo} photo */
export const fallbackLink = (photo) => only(photo.fallback_url, PICTURE_HOSTS);
/** @param {import('../types').Photo} photo */
export const licenseLink = (photo) => only(photo.license_url, LICENSE_HOSTS);
