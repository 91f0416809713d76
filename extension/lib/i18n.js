// @ts-check
import { api } from './browser.js';
import { SERVICES, placeOf } from './services.js';

/** @typedef {Record<string, string | number>} Params */

/**
 * The language of the texts, which need not be the browser's: it falls back to English. The browser's own name for it is
 * kept where it is the same language, since "de-CH" writes numbers in its own way.
 */
const texts = api.i18n.getMessage('language');
const ofBrowser = api.i18n.getUILanguage();
const base = (/** @type {string} */ tag) => tag.split('-')[0];
export const language = base(ofBrowser) === base(texts) ? ofBrowser : texts;

/** In which the texts run. */
export const direction = base(language) === 'ar' ? 'rtl' : 'ltr';

const plural = new Intl.PluralRules(language);
const number = new Intl.NumberFormat(language);
const significant = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const scientific = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation: 'scientific' });
const percent = new Intl.NumberFormat(language, { style: 'percent' });

/** Texts that are always the same; Firefox takes its time for each. @type {Map<string, string>} */
const plain = new Map();

/**
 * The text `key` of `_locales`. Rule of this project: a message numbers its placeholders ($1, $2 …) in the alphabetical
 * order of their names, so that callers can name them.
 * @param {string} key
 * @param {Params} [params]
 */
export function t(key, params) {
  if (params) return filled(key, params);
  let text = plain.get(key);
  if (text === undefined) plain.set(key, text = api.i18n.getMessage(key));
  return text;
}

/** @param {string} key @param {Params} params */
function filled(key, params) {
  const values = Object.keys(params).sort().map((name) => {
    const value = params[name];
    return typeof value === 'number' ? number.format(value) : String(value);
  });
  return api.i18n.getMessage(key, values);
}

/**
 * The text for a number of things: `key_one`, `key_other` … as the language needs; the number is the placeholder `count`.
 * @param {string} key
 * @param {number} count
 * @param {Params} [params]
 */
export function tn(key, count, params = {}) {
  const all = { count, ...params };
  return t(`${key}_${plural.select(count)}`, all) || t(`${key}_other`, all);
}

/** The sentence for a fault. @param {import('../types').Problem} problem */
export function sentence({ code, params }) {
  const all = { ...params };
  if (all.service === SERVICES.folder.title) all.service = serviceName('folder'); // the core speaks English
  return t(`error_${code}`, all) || t('error_unknown', { code });
}

/** How people call a service. Names of services are not translated. @param {import('../types').Service} service */
export const serviceName = (service) => (service === 'folder' ? t('service_folder') : SERVICES[service].title);

/** What the entry in a picture's menu says. @param {import('../types').Service} service */
export const menuTitle = (service) => (service === 'folder' ? t('menu_find_similar_folder') : t('menu_find_similar', { service: serviceName(service) }));

/** What leaves the computer. @param {import('../types').Service} service */
export const promise = (service) => (service === 'folder' ? t('promise_folder') : t('promise', { service: serviceName(service) }));

/** The licence of a photo, or where it is told. @param {import('../types').Photo} photo */
export function licenseName({ license, service }) {
  return license ?? (service === 'folder' ? t('license_none') : t('license_unknown', { service: placeOf(service).title }));
}

/** @param {number} value */
export const formatNumber = (value) => number.format(value);
/** Three significant digits: scores have no unit, and exp() of anything may be one. @param {number} value */
export const formatScore = (value) => (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4) ? scientific : significant).format(value);
/** @param {number} share 0 … 1 */
export const formatPercent = (share) => percent.format(share);

const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
/** @param {number} time as Date.now() gives it */
export const formatDate = (time) => date.format(time);

/** What a service was asked for: a tag, or tags that a photo must all have. @param {string} arm */
export const formatArm = (arm) => arm.split(',').join(' + ');

/** Language and writing direction of the page; to be called once by every page. */
export function localizePage() {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}
