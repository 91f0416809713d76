// @ts-check
/** All differences between the browsers, and between popup and tab, live here. */

/** The extension API; Firefox calls it `browser`, and both answer with promises. @type {typeof chrome} */
export const api = /** @type {any} */ (globalThis).browser ?? globalThis.chrome;

const isFirefox = api.runtime.getURL('').startsWith('moz-extension:');

/** In Firefox a file dialogue takes the focus from a popup and closes it before a file is chosen. */
export const fileDialogClosesPopup = isFirefox;

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

const SERVICE_ACCESS = { origins: api.runtime.getManifest().host_permissions ?? [] };

/** May the extension talk to the photo services? In Firefox a user can take that away at any time. */
export const hasServiceAccess = () => api.permissions.contains(SERVICE_ACCESS);

/** Asks the user for it; needs a gesture. */
export const requestServiceAccess = () => api.permissions.request(SERVICE_ACCESS);
