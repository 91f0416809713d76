// @ts-check
import { isShowable, loadImage } from '../lib/picture.js';
import { html, useEffect, useState } from '../vendor/js/preact.mjs';
import { icons } from './icons.js';

const REVOKE_AFTER_MS = 10_000;

/**
 * The user's picture, or a placeholder when this browser cannot show it (TIFF, broken, or far too large to decode).
 * @param {{picture: Blob | null, alt: string}} props
 */
export function Preview({ picture, alt }) {
  const [url, setUrl] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    if (!picture) return undefined;
    let wanted = true;
    const made = URL.createObjectURL(picture);
    loadImage(made).then((image) => { if (wanted && isShowable(image)) setUrl(made); }, () => {});
    return () => {
      wanted = false;
      setUrl(null);
      setTimeout(() => URL.revokeObjectURL(made), REVOKE_AFTER_MS); // it may be loading still
    };
  }, [picture]);
  return url ? html`<img src=${url} alt=${alt} />` : html`<span class="no-preview">${icons.picture}</span>`;
}
