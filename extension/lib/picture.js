// @ts-check
/** From any picture the browser can show to bytes that the engine (Pillow) can read. */

/** @typedef {import('../types').Problem} Problem */

/** The picture cannot be used; `problem` says why. */
export class PictureError extends Error {
  /** @param {string} code @param {Problem['params']} [params] */
  constructor(code, params = {}) {
    super(code);
    /** @type {Problem} */
    this.problem = { code, params };
  }
}

const RASTER_SIDE = 1024;
// The most pixels this page lets the browser decode: beyond it a small file may fill the memory.
const MAX_PIXELS = 100e6;
const LOAD_TIMEOUT_MS = 15_000;

/** First bytes of the formats that Pillow reads (in this build); `.` stands for any byte. */
const MAGIC = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF87a', 'GIF89a', 'RIFF....WEBP', 'BM', 'II*\0', 'MM\0*'];

/** @param {Uint8Array} bytes */
function engineReads(bytes) {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  return MAGIC.some((magic) => [...magic].every((char, i) => char === '.' || head[i] === char));
}

/**
 * Is it an SVG drawing? (A picture without a type, dropped or pasted, has to be looked at.)
 * @param {Uint8Array} bytes
 */
const looksLikeSvg = (bytes) => /<svg[\s>]/i.test(new TextDecoder().decode(bytes.subarray(0, 4096)));

/**
 * Loads a picture far enough to know its size; it is not decoded before it is drawn.
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 */
export function loadImage(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    const timer = setTimeout(() => reject(new Error('the picture did not load')), LOAD_TIMEOUT_MS);
    image.onload = () => { clearTimeout(timer); resolve(image); };
    image.onerror = () => { clearTimeout(timer); reject(new Error('not a picture')); };
    image.src = url;
  });
}

/** Can the browser show this picture without running out of memory? @param {HTMLImageElement} image */
export const isShowable = (image) => image.naturalWidth * image.naturalHeight <= MAX_PIXELS;

/**
 * Bytes for the engine: as they are when Pillow reads the format, else drawn by the browser and stored as PNG.
 * @param {Blob} picture
 * @returns {Promise<Uint8Array>}
 * @throws {PictureError}
 */
export async function bytesForEngine(picture) {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  if (bytes.length === 0) throw new PictureError('picture_empty');
  if (engineReads(bytes)) return bytes;
  return new Uint8Array(await (await rasterise(bytes, picture.type)).arrayBuffer());
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} type @returns {Promise<Blob>} PNG */
async function rasterise(bytes, type) {
  const svg = type.startsWith('image/svg') || looksLikeSvg(bytes);
  const url = URL.createObjectURL(new Blob([bytes], { type: svg ? 'image/svg+xml' : type }));
  try {
    const image = await loadImage(url).catch(() => { throw new PictureError('picture_unreadable'); });
    // A drawing may have no size of its own.
    const width = image.naturalWidth || 512;
    const height = image.naturalHeight || 512;
    if (!svg && !isShowable(image)) throw new PictureError('picture_too_large', { width, height });
    const scale = svg ? RASTER_SIDE / Math.max(width, height) : Math.min(1, RASTER_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PictureError('picture_unreadable'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
