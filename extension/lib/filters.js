// @ts-check
/** Which of the photos that were found are shown. Nothing is asked anew for it. */
import { armKeys, tagKey } from './tags.js';

/** @typedef {import('../types').Scored} Scored */
/** @typedef {import('../types').Photo} Photo */

/**
 * @typedef {object} Filter
 * @property {string} words       all of them in title, owner or tags
 * @property {keyof typeof LICENSES} license
 * @property {keyof typeof SHAPES} shape
 * @property {number} share       of the best score that a photo must have, 0 … 1
 * @property {string} tag         '' or one that a photo must carry, or have been found by
 */

/** @type {Readonly<Filter>} */
export const NO_FILTER = Object.freeze({ words: '', license: 'any', shape: 'any', share: 0, tag: '' });

const FREE = /^(cc0|public domain|pd\b|pdm|no known|us gov|united states gov)/i;
const COMMONS = /^cc[ -]by/i;

/** What a licence must allow, by its name ("CC BY-NC-SA 2.0"). */
export const LICENSES = Object.freeze({
  any: () => true,
  share: (/** @type {string} */ name) => FREE.test(name) || COMMONS.test(name),
  change: (/** @type {string} */ name) => FREE.test(name) || (COMMONS.test(name) && !/\bnd\b/i.test(name)),
  sell: (/** @type {string} */ name) => FREE.test(name) || (COMMONS.test(name) && !/\bnc\b/i.test(name)),
});

const SQUARE = 1.1; // a photo that is less than a tenth longer than wide looks square

/** By width / height. */
export const SHAPES = Object.freeze({
  any: () => true,
  wide: (/** @type {number} */ ratio) => ratio >= SQUARE,
  tall: (/** @type {number} */ ratio) => ratio <= 1 / SQUARE,
  square: (/** @type {number} */ ratio) => ratio < SQUARE && ratio > 1 / SQUARE,
});

/** @param {Filter} filter */
export const isFiltering = (filter) => Object.keys(NO_FILTER).some((name) => filter[/** @type {keyof Filter} */ (name)] !== NO_FILTER[/** @type {keyof Filter} */ (name)]);

/**
 * The photos that pass.
 * @param {Scored[]} results
 * @param {Filter} filter
 * @param {number} top the best score
 */
export function passing(results, { words, license, shape, share, tag }, top) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const key = tagKey(tag);
  const least = share * top;
  const saysAll = (/** @type {Scored['photo']} */ { title, owner, tags }) => {
    const text = [title, owner, ...tags].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return results.filter(({ photo, score, tag: arm }) => {
    return (share === 0 || score >= least)
      && (!wanted.length || saysAll(photo))
      && LICENSES[license](photo.license ?? '')
      && (shape === 'any' || SHAPES[shape](Number(photo.width) / Number(photo.height)))
      && (!key || photo.tags.some((one) => tagKey(one) === key) || armKeys(arm).includes(key));
  });
}
