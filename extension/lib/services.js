// @ts-check
/**
 * The photo services: how people call them (see serviceName in i18n.js), and where they are. Nothing but what begins like this is asked, shown or linked
 * to; the manifest's content security policy says the same to the browser.
 */

/** @typedef {import('../types').Service} Service */
/**
 * @typedef {object} Place
 * @property {string} title
 * @property {string[]} access    what the extension must be allowed to reach
 * @property {string} pages       where the page of a photo is
 * @property {string[]} pictures  where its files are
 * @property {number} [hourly]    questions that it allows in an hour, if it counts by the hour
 * @property {number} queries     that a search asks at most: services allow so many a minute (clear_core's MANNERS)
 */

/** @type {Place} */
const FLICKR = {
  title: 'Flickr',
  access: ['https://www.flickr.com/services/*', 'https://live.staticflickr.com/*'],
  pages: 'https://www.flickr.com/photos/',
  pictures: ['https://live.staticflickr.com/'],
  hourly: 3600,
  queries: Infinity,
};

/** @type {Readonly<Record<Service, Place>>} */
export const SERVICES = Object.freeze({
  flickr_feed: FLICKR,
  flickr: FLICKR,
  openverse: {
    title: 'Openverse',
    access: ['https://api.openverse.org/*'],
    pages: 'https://openverse.org/image/',
    pictures: ['https://api.openverse.org/v1/images/'],
    queries: 20,
  },
  commons: {
    title: 'Wikimedia Commons',
    access: ['https://commons.wikimedia.org/*', 'https://upload.wikimedia.org/*', 'https://thumb.wikimedia.org/*'],
    pages: 'https://commons.wikimedia.org/wiki/File:',
    pictures: ['https://upload.wikimedia.org/', 'https://thumb.wikimedia.org/'],
    queries: Infinity,
  },
  folder: { title: 'My photos', access: [], pages: '', pictures: [], queries: Infinity }, // as the core calls it
});

/** @param {unknown} name @returns {name is Service} */
export const isService = (name) => typeof name === 'string' && Object.hasOwn(SERVICES, name);

/** Where a stranger's answer says it is from; nothing of an unknown service is shown. @param {string} name */
export const placeOf = (name) => (isService(name) ? SERVICES[name] : { title: '', access: [], pages: '', pictures: [], queries: 0 });

/** Flickr asks for a notice wherever its photos are shown. @param {string} name */
export const isFlickr = (name) => name === 'flickr' || name === 'flickr_feed';
