// @ts-check
import { useLayoutEffect, useState } from '../vendor/js/preact.mjs';
import { pictureOf } from './address.js';

/**
 * The address, in this page, of a photo's picture once it has come.
 * @param {import('../types').Photo} photo
 * @param {boolean} isPrivate
 * @param {() => void} onLost it will not come
 * @param {string} [larger] sizes to try first (see pictureOf)
 */
export function usePicture(photo, isPrivate, onLost, larger = '') {
  const [address, setAddress] = useState('');
  useLayoutEffect(() => { // not after the next painting: the picture itself is what the user waits for
    let made = '';
    let wanted = true;
    pictureOf(photo, isPrivate, larger).then((picture) => {
      if (wanted) setAddress(made = URL.createObjectURL(picture));
    }, () => { if (wanted) onLost(); });
    return () => {
      wanted = false;
      URL.revokeObjectURL(made);
    };
  }, [photo.id, larger]);
  return address;
}
