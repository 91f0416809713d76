// @ts-check
/** A frame within a picture, in shares of its sides (0 … 1), and the picture that it cuts out. */
import { loadImage } from './picture.js';

/** @typedef {{left: number, top: number, right: number, bottom: number}} Frame */
/** @typedef {{x: 'left' | 'right', y: 'top' | 'bottom'}} Corner */

/** @type {Readonly<Frame>} */
export const WHOLE = Object.freeze({ left: 0, top: 0, right: 1, bottom: 1 });

/** A frame is never smaller: a sliver says nothing to the network. */
export const LEAST = 0.08;

const within = (/** @type {number} */ low, /** @type {number} */ value, /** @type {number} */ high) => Math.min(high, Math.max(low, value));

/** @param {Frame} frame @param {number} dx @param {number} dy @returns {Frame} moved, as far as the picture goes */
export function moved({ left, top, right, bottom }, dx, dy) {
  const x = within(-left, dx, 1 - right);
  const y = within(-top, dy, 1 - bottom);
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

/** @param {Frame} frame @param {Corner} corner @param {number} x @param {number} y @returns {Frame} with that corner there */
export function cornered(frame, corner, x, y) {
  const { left, top, right, bottom } = frame;
  return {
    ...frame,
    [corner.x]: corner.x === 'left' ? within(0, x, right - LEAST) : within(left + LEAST, x, 1),
    [corner.y]: corner.y === 'top' ? within(0, y, bottom - LEAST) : within(top + LEAST, y, 1),
  };
}

/** The frame between two points, whichever is left and above. @param {{x: number, y: number}} a @param {{x: number, y: number}} b @returns {Frame} */
export function between(a, b) {
  const left = within(0, Math.min(a.x, b.x), 1 - LEAST);
  const top = within(0, Math.min(a.y, b.y), 1 - LEAST);
  return { left, top, right: within(left + LEAST, Math.max(a.x, b.x), 1), bottom: within(top + LEAST, Math.max(a.y, b.y), 1) };
}

const MOST = 2048; // pixels; the network takes 224

/** @param {Blob} picture @param {Frame} frame @returns {Promise<Blob>} JPEG, PNG for what may be transparent */
export async function cutOut(picture, { left, top, right, bottom }) {
  const url = URL.createObjectURL(picture);
  try {
    const image = await loadImage(url);
    const [x, y] = [left * image.naturalWidth, top * image.naturalHeight];
    const [width, height] = [(right - left) * image.naturalWidth, (bottom - top) * image.naturalHeight];
    const scale = Math.min(1, MOST / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
    const jpeg = picture.type === 'image/jpeg';
    return await canvas.convertToBlob(jpeg ? { type: 'image/jpeg', quality: 0.95 } : { type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}
