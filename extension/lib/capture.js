// @ts-check
import { api, clickedElementId } from './browser.js';
import { blobFromDataUrl } from './data-url.js';

/** @typedef {{picture: Blob, source: import('../types').PictureSource}} Captured */

/** The picture cannot be had; `code` names the sentence for the user. */
export class CaptureError extends Error {
  /** @param {'capture_failed' | 'page_forbidden'} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const SERVICE_PICTURES = 'https://live.staticflickr.com/';

/**
 * The picture that was right-clicked, with the least permission that does it: a `data:` URL is decoded here; then the
 * page is asked (its canvas, its own request); then the visible part is cut out of a screenshot of the tab.
 * @param {chrome.contextMenus.OnClickData} info
 * @param {chrome.tabs.Tab | undefined} tab
 * @returns {Promise<Captured>}
 * @throws {CaptureError}
 */
export async function capturePicture(info, tab) {
  const address = info.srcUrl ?? '';
  if (/^data:/i.test(address)) {
    try {
      return { picture: blobFromDataUrl(address), source: 'data' };
    } catch {
      throw new CaptureError('capture_failed');
    }
  }
  // activeTab does not open frames of other origins; the page around them may know more.
  const asked = await askPage(info, tab, address, info.frameId ?? 0) ?? (info.frameId ? await askPage(info, tab, address, 0) : null);
  if (asked?.dataUrl) return { picture: blobFromDataUrl(asked.dataUrl), source: asked.source ?? 'fetch' };
  if (address.startsWith(SERVICE_PICTURES)) {
    const answer = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => null);
    if (answer?.ok) return { picture: await answer.blob(), source: 'fetch' };
  }
  const seen = asked?.rect && tab && await cropTab(tab.windowId, asked.rect).catch(() => null);
  if (seen) return { picture: seen, source: 'screen' };
  throw new CaptureError(asked || isOrdinaryPage(info.pageUrl ?? tab?.url) ? 'capture_failed' : 'page_forbidden');
}

/**
 * @param {chrome.contextMenus.OnClickData} info
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {string} address
 * @param {number} frame where in the tab
 * @returns {Promise<import('../types').PageCapture | null>} null where extensions may not run
 */
async function askPage(info, tab, address, frame) {
  if (tab?.id === undefined || tab.id < 0) return null;
  const target = { tabId: tab.id, frameIds: [frame] };
  try {
    await api.scripting.executeScript({ target, files: ['/capture.js'] });
    const [{ result }] = await api.scripting.executeScript({
      target,
      func: (/** @type {(string | number | null)[]} */ ...args) => /** @type {any} */ (globalThis).clearCapture(...args),
      args: [address, clickedElementId(info), frame === (info.frameId ?? 0) ? null : info.frameUrl ?? null],
    });
    return /** @type {import('../types').PageCapture | null} */ (result);
  } catch {
    return null;
  }
}

/** Pages of the web are open to extensions, but for the browsers' own shops. @param {string | undefined} url */
function isOrdinaryPage(url) {
  if (!url || !/^(https?|file):/.test(url)) return false;
  return !/^https:\/\/(chromewebstore\.google\.com|chrome\.google\.com\/webstore|addons\.mozilla\.org)\b/.test(url);
}

/**
 * What can be seen of the picture.
 * @param {number} windowId
 * @param {NonNullable<import('../types').PageCapture['rect']>} rect
 */
async function cropTab(windowId, rect) {
  const screen = await createImageBitmap(blobFromDataUrl(await api.tabs.captureVisibleTab(windowId, { format: 'png' })));
  const { ratio } = rect;
  const left = Math.round(rect.x * ratio);
  const top = Math.round(rect.y * ratio);
  const width = Math.min(Math.round(rect.width * ratio), screen.width - left);
  const height = Math.min(Math.round(rect.height * ratio), screen.height - top);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(screen, left, top, width, height, 0, 0, width, height);
  screen.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
