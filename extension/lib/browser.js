// @ts-check
/** All differences between the browsers, and between popup and tab, live here. */
import { SERVICES } from './services.js';

/** @typedef {import('../types').Service} Service */

/** The extension API; Firefox calls it `browser`, and both answer with promises. Not there in a worker. @type {typeof chrome} */
export const api = /** @type {any} */ (globalThis).browser ?? globalThis.chrome;

const isFirefox = globalThis.location.protocol === 'moz-extension:';

/** In Firefox a file dialogue takes the focus from a popup and closes it before a file is chosen. */
export const fileDialogClosesPopup = isFirefox;

/** Chrome shows pages of an extension in tabs of ordinary windows only: what is private must not be led there. */
export const privateTabs = isFirefox;

/** WebAssembly that it compiles as it comes in, Chrome keeps twice until it next collects garbage. Firefox is 5 % quicker so. */
export const compilesAsItComes = isFirefox;

/**
 * What goes through a port from one worker to another, Firefox carries to its parent process and back: with a picture that costs
 * a millisecond of each of the two cores. What a page and its own worker say to each other stays where it is.
 */
export const workersTalkThroughTheirPage = isFirefox;

export const POPUP_PAGE = 'popup/popup.html';

/**
 * Opens the popup. To be called synchronously in the event of the user's gesture: it is lost after the first `await`.
 * @returns {Promise<boolean>} false when the browser refuses (no gesture, no focus, Chrome before 127)
 */
export function openPopup() {
  try {
    return Promise.resolve(api.action.openPopup()).then(() => true, () => false);
  } catch {
    return Promise.resolve(false);
  }
}

/** Is this page shown as the popup of the toolbar button (and not as a tab)? */
export function isPopup() {
  return (api.extension?.getViews?.({ type: 'popup' }) ?? []).includes(window);
}

/** @returns {Promise<number>} the window this page belongs to, or -1 where there are no windows (Firefox for Android) */
export async function currentWindowId() {
  return (await api.windows?.getCurrent())?.id ?? -1;
}

/** Is this page in a window that shall leave nothing behind? @returns {Promise<boolean>} */
export async function isPrivateWindow() {
  return (await api.windows?.getCurrent())?.incognito ?? api.extension.inIncognitoContext;
}

/** The tab that this popup covers. @returns {Promise<chrome.tabs.Tab>} */
export async function currentTab() {
  const [tab] = await api.tabs.query({ active: true, currentWindow: true });
  return tab;
}

/**
 * Opens a page of the extension in a tab.
 * @param {string} path from the extension's root
 * @param {chrome.tabs.Tab} [beside] the tab to open it next to
 */
export async function openPage(path, beside) {
  const place = beside?.windowId === undefined ? {} : { windowId: beside.windowId, index: beside.index + 1 };
  await api.tabs.create({ url: api.runtime.getURL(path), ...place });
}

/** @param {Service} service */
const accessTo = (service) => ({ origins: SERVICES[service].access });

/** May the extension talk to a photo service? A user can take that away at any time. @param {Service} service */
export const hasAccess = (service) => api.permissions.contains(accessTo(service));

/** Asks the user for it; needs a gesture. @param {Service} service @returns {Promise<boolean>} */
export const requestAccess = (service) => (SERVICES[service].access.length ? api.permissions.request(accessTo(service)) : Promise.resolve(true));

/** Gives back the access to all services but one, and but those that the manifest asks for. @param {Service} kept */
export async function giveBackAccessBut(kept) {
  const always = [...SERVICES[kept].access, ...api.runtime.getManifest().host_permissions ?? []];
  const origins = Object.values(SERVICES).flatMap(({ access }) => access).filter((origin) => !always.includes(origin));
  await api.permissions.remove({ origins });
}

/** In the background of Firefox. @type {((model: string | null) => Promise<void>) | null} */
let hostHere = null;

/**
 * For the background: where the browser has no pages that nobody sees, but its background is one, the engine is kept warm
 * there. Not on a phone, where memory is dearer than a second.
 * @param {(model: string | null) => Promise<void>} host
 */
export function hostEngineInBackground(host) {
  if (api.offscreen || !api.windows) return;
  hostHere = host;
  api.runtime.onMessage.addListener((message, { id }) => (
    id === api.runtime.id && message?.hostEngine !== undefined ? host(message.hostEngine).then(() => true) : undefined));
}

/**
 * Sees to it that a page keeps an engine warm while no other page of the extension is open.
 * @param {string | null} [model] the network to make ready at once
 * @returns {Promise<boolean>} false: there is no such page
 */
export async function openEngineHost(model = null) {
  if (api.offscreen) {
    const url = `engine/host.html${model ? `?model=${encodeURIComponent(model)}` : ''}`;
    const justification = 'Keeps the search engine (Python and a neural network) ready for the next picture.';
    await api.offscreen.createDocument({ url, reasons: [api.offscreen.Reason.WORKERS], justification }).catch(() => {}); // there is one
    return true;
  }
  if (hostHere) return hostHere(model).then(() => true);
  // A private window has locks and channels of its own: the background cannot lend it anything.
  if (!api.windows || api.extension.inIncognitoContext) return false;
  return await api.runtime.sendMessage({ hostEngine: model }) === true;
}

/** Firefox sends its background to sleep, and all that runs there, when it calls nothing for half a minute. */
export async function stayAwake() {
  if (isFirefox) await api.runtime.getPlatformInfo();
}
