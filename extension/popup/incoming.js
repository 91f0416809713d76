// @ts-check
import { siteOf } from '../lib/address.js';
import { blobFromDataUrl } from '../lib/data-url.js';

/**
 * What was dropped or pasted: a file, else the address of a picture (browsers give that of a picture dragged from a page).
 * @param {DataTransfer} data
 * @returns {Blob | string | null} a string: an address on the web
 */
export function pictureFrom(data) {
  const files = [...data.files];
  const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
  if (file) return file;
  // The picture, rather than the link that it may be in.
  const dragged = new DOMParser().parseFromString(data.getData('text/html'), 'text/html').querySelector('img')?.getAttribute('src');
  const [address] = (dragged || data.getData('text/uri-list') || data.getData('text/plain')).trim().split(/\s+/);
  if (!/^data:image\//i.test(address)) return siteOf(address) ? address : null;
  try {
    return blobFromDataUrl(address);
  } catch {
    return null;
  }
}
