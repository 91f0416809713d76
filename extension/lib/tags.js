// @ts-check
/** Tags as services compare them; the same in Python: clear_core/strategies/candidates.py. */

/** What makes a tag the same tag: "Stop sign" is "stopsign". @param {string} tag */
export const tagKey = (tag) => tag.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Keys of the tags of an arm: what was asked for, one tag or tags that a photo must all have. @param {string} arm */
export const armKeys = (arm) => arm.split(',').map(tagKey).filter(Boolean);

/** Does a photo carry one of some tags? @param {import('../types').Photo} photo @param {ReadonlySet<string>} keys */
export const carries = (photo, keys) => keys.size > 0 && photo.tags.some((tag) => keys.has(tagKey(tag)));
