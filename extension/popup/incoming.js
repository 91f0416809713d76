// @ts-check
import { blobFromDataUrl } from '../lib/data-url.js';

/**
 * The picture in what was dropped or pasted: a file, else a `data:` address (pictures dragged from a page).
 * @param {DataTransfer} data
 * @returns {Blob | null}
 */
export function pictureFrom(data) {
  const files = [...data.files];
  const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
  if (file) return file;
  const address = data.getData('text/uri-list') || data.getData('text/plain');
  if (!/^data:image\//i.test(address)) return null;
  try {
    return blobFromDataUrl(address.trim());
  } catch {
    return null;
  }
}
