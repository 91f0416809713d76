// @ts-check
import { useLayoutEffect, useState } from '../vendor/js/preact.mjs';
import { pictureOf } from './address.js';

/** @typedef {{asked: (step: () => void) => void, shown: (step: () => void) => void}} Pace   each takes its step now or later */

/** @type {Pace} */
const AT_ONCE = { asked: (step) => step(), shown: (step) => step() };

/**
 * The address, in this page, of a photo's picture once it has come.
 * @param {import('../types').Photo} photo
 * @param {boolean} isPrivate
 * @param {() => void} onLost it will not come
 * @param {string} [larger] sizes to try first (see pictureOf)
 * @param {Pace} [pace] when the picture may be asked for and, when it has come, shown
 */
export function usePicture(photo, isPrivate, onLost, larger = '', pace = AT_ONCE) {
  const [address, setAddress] = useState('');
  useLayoutEffect(() => { // not after the next painting: the picture itself is what the user waits for
    let made = '';
    let wanted = true;
    pace.asked(() => {
      if (wanted) {
        pictureOf(photo, isPrivate, larger).then((picture) => pace.shown(() => {
          if (wanted) setAddress(made = URL.createObjectURL(picture));
        }), () => { if (wanted) onLost(); });
      }
    });
    return () => {
      wanted = false;
      URL.revokeObjectURL(made);
    };
  }, [photo.id, larger]);
  return address;
}
