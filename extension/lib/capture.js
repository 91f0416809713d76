// @ts-check
/** Gets at the picture that the user means, with the least permission that does it. */
import { api } from './browser.js';
import { blobFromDataUrl } from './data-url.js';
import { direction, t } from './i18n.js';

/** @typedef {{picture: Blob, source: import('../types').PictureSource}} Captured */
/** @typedef {import('../types').PageCapture} PageCapture */
/** @typedef {import('../types').PageTools} PageTools */

/** The picture cannot be had; `code` names the sentence for the user. */
export class CaptureError extends Error {
  /** @param {'capture_failed' | 'page_forbidden' | 'picture_not_kept'} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const SERVICE_PICTURES = 'https://live.staticflickr.com/';
const GRANT_MS = 200;
const TOOLS = ['/page/find.js', '/page/read.js', '/page/pick.js'];

/**
 * The picture that was right-clicked: a `data:` URL is decoded here; then the page is asked (its canvas, its own request);
 * then the visible part is cut out of a screenshot of the tab.
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
  if (address.startsWith(api.runtime.getURL(''))) return { picture: await (await fetch(address)).blob(), source: 'fetch' }; // our own
  const frame = info.frameId ?? 0;
  let answer = await inPage(tab, frame, 'clicked', address, null);
  // activeTab does not open frames of other origins; the page around them may know more.
  if (!answer && frame) answer = await inPage(tab, 0, 'clicked', address, info.frameUrl ?? null);
  if (!answer?.dataUrl && address.startsWith(SERVICE_PICTURES)) {
    const direct = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer', cache: tab?.incognito ? 'no-store' : 'default' }).catch(() => null);
    if (direct?.ok) return { picture: await direct.blob(), source: 'fetch' };
  }
  return pictureOf(answer, tab, info.pageUrl);
}

/**
 * Lets the user pick a picture or an area of the page. What he takes comes as a message, which wakes the background: he
 * may think longer than it stays awake.
 * @param {chrome.tabs.Tab | undefined} tab
 * @throws {CaptureError}
 */
export async function beginPick(tab) {
  const begun = await inPage(tab, 0, 'pick', { hint: t('pick_hint'), direction });
  if (begun === undefined) throw new CaptureError(isOrdinaryPage(tab?.url) ? 'capture_failed' : 'page_forbidden');
}

/**
 * What the user picked.
 * @param {PageCapture} answer
 * @param {chrome.tabs.Tab} tab
 * @returns {Promise<Captured>}
 * @throws {CaptureError}
 */
export const capturePicked = (answer, tab) => pictureOf(answer, tab, tab.url);

/**
 * The picture that is opened by itself in a tab.
 * @param {chrome.tabs.Tab} tab
 * @returns {Promise<Blob | null>} null: it is something else, or may not be read
 */
export async function captureOpened(tab) {
  const answer = await inPage(tab, 0, 'opened');
  return answer?.dataUrl ? blobFromDataUrl(answer.dataUrl) : null;
}

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * Calls one of the tools in a frame of a page, where they are put first.
 * @template {'clicked' | 'pick' | 'opened'} Name
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {number} frame
 * @param {Name} name
 * @param {Parameters<PageTools[Name]>} args
 * @returns {Promise<PageCapture | null | undefined>} undefined where extensions may not run
 */
async function inPage(tab, frame, name, ...args) {
  if (tab?.id === undefined || tab.id < 0) return undefined;
  const target = { tabId: tab.id, frameIds: [frame] };
  const putTools = () => api.scripting.executeScript({ target, files: TOOLS });
  try {
    // Chrome tells of a click in a menu a moment before it grants activeTab for it.
    await putTools().catch(() => sleep(GRANT_MS)).then((done) => done ?? putTools());
    const [{ result }] = await api.scripting.executeScript({
      target,
      func: (/** @type {string} */ tool, /** @type {unknown[]} */ values) => /** @type {any} */ (globalThis).clearPage[tool](...values),
      args: [name, args],
    });
    return /** @type {PageCapture | null} */ (result ?? null);
  } catch {
    return undefined;
  }
}

/**
 * @param {PageCapture | null | undefined} answer of the page
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {string | undefined} pageUrl
 * @returns {Promise<Captured>}
 */
async function pictureOf(answer, tab, pageUrl) {
  if (answer?.dataUrl) return { picture: blobFromDataUrl(answer.dataUrl), source: answer.source ?? 'fetch' };
  const seen = answer?.rect && tab && await cropTab(tab.windowId, answer.rect).catch(() => null);
  if (seen) return { picture: seen, source: answer?.source === 'area' ? 'area' : 'screen' };
  throw new CaptureError(answer || isOrdinaryPage(pageUrl ?? tab?.url) ? 'capture_failed' : 'page_forbidden');
}

/** Pages of the web are open to extensions, but for the browsers' own shops. @param {string | undefined} url */
function isOrdinaryPage(url) {
  if (!url || !/^(https?|file):/.test(url)) return false;
  return !/^https:\/\/(chromewebstore\.google\.com|chrome\.google\.com\/webstore|addons\.mozilla\.org)\b/.test(url);
}

/**
 * A part of what can be seen of a tab.
 * @param {number} windowId
 * @param {NonNullable<PageCapture['rect']>} rect
 */
async function cropTab(windowId, rect) {
  const screen = await createImageBitmap(blobFromDataUrl(await api.tabs.captureVisibleTab(windowId, { format: 'png' })));
  const { ratio } = rect;
  const left = Math.max(0, Math.round(rect.x * ratio));
  const top = Math.max(0, Math.round(rect.y * ratio));
  const width = Math.min(Math.round(rect.width * ratio), screen.width - left);
  const height = Math.min(Math.round(rect.height * ratio), screen.height - top);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(screen, left, top, width, height, 0, 0, width, height);
  screen.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
